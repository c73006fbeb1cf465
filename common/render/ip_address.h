// IP addresses and networks as Python's ipaddress reads and prints them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite::render {

struct IpAddress {
  int version = 4;
  std::array<std::uint8_t, 16> bytes{};  // the first 4 for version 4

  int bits() const { return version == 4 ? 32 : 128; }
  bool bit(int i) const { return (bytes[static_cast<std::size_t>(i / 8)] >> (7 - i % 8)) & 1; }
  std::string text() const;  // compressed
  bool operator==(const IpAddress&) const = default;
};

// An address with the length of its network's prefix: "10.1.1.1/24", or "10.1.1.1" (all bits).
struct IpInterface {
  IpAddress address;
  int prefix = 32;
  bool has_prefix = false;  // it was written

  std::string text() const { return address.text() + "/" + std::to_string(prefix); }
  IpAddress network() const;    // the bits behind the prefix cleared
  bool contains(const IpAddress& other) const;
};

std::optional<IpAddress> parse_ip(std::string_view text);
// The prefix may be a netmask for version 4.
std::optional<IpInterface> parse_ip_interface(std::string_view text);
// "private", "loopback", "multicast", "link-local", "reserved", "site-local", "unspecified".
bool ip_is(const IpAddress& address, std::string_view property);
// The number of addresses; may be a big integer.
Value ip_network_size(const IpInterface& network);
// The usable addresses of the network; at most 1,048,576, else Failure.
List ip_network_hosts(const IpInterface& network);

}  // namespace halite::render
