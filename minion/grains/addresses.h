// IP addresses as text, compared as numbers.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace halite::minion {

struct IpAddress {
  bool is_v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // an IPv4 address is in the first four

  auto operator<=>(const IpAddress&) const = default;
};

std::optional<IpAddress> parse_address(const std::string& text);
std::string to_text(const IpAddress& address);

// "192.0.2.0/24"; the host part may be set.
struct IpNetwork {
  IpAddress address;  // host part cleared
  int prefix_length = 0;

  bool contains(const IpAddress& address) const;
  std::string text() const;
};
std::optional<IpNetwork> parse_network(const std::string& text);
// The mask of a prefix, as an address: 24 is 255.255.255.0.
IpAddress netmask(int prefix_length, bool is_v6);

bool is_loopback(const IpAddress& address);
// As Python's ipaddress says `is_private`: RFC 1918, loopback, link-local, documentation and the like.
bool is_private(const IpAddress& address);

// By value, each once.
std::vector<std::string> sorted_addresses(const std::vector<std::string>& texts);

}  // namespace halite::minion
