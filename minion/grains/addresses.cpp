#include "minion/grains/addresses.h"

#include <arpa/inet.h>

#include <algorithm>
#include <set>

#include "common/base/strings.h"

namespace halite::minion {

std::optional<IpAddress> parse_address(const std::string& text) {
  IpAddress address;
  if (::inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) return address;
  address.is_v6 = true;
  if (::inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::string to_text(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
  return text.data();
}

namespace {

IpAddress without_host_part(IpAddress address, int prefix_length) {
  const int size_bits = address.is_v6 ? 128 : 32;
  for (int bit = prefix_length; bit < size_bits; ++bit) {
    auto& byte = address.bytes[static_cast<std::size_t>(bit / 8)];
    byte = static_cast<std::uint8_t>(byte & ~(0x80 >> (bit % 8)));
  }
  return address;
}

bool in_any(const IpAddress& address, const std::vector<const char*>& networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const char* network) { return parse_network(network)->contains(address); });
}

}  // namespace

bool IpNetwork::contains(const IpAddress& other) const {
  return other.is_v6 == address.is_v6 && without_host_part(other, prefix_length) == address;
}

std::string IpNetwork::text() const { return to_text(address) + "/" + std::to_string(prefix_length); }

std::optional<IpNetwork> parse_network(const std::string& text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const int size_bits = address->is_v6 ? 128 : 32;
  std::int64_t prefix = size_bits;
  if (slash != std::string::npos) {
    const auto number = parse_int(text.substr(slash + 1));
    if (!number || *number < 0 || *number > size_bits) return std::nullopt;
    prefix = *number;
  }
  return IpNetwork{without_host_part(*address, static_cast<int>(prefix)), static_cast<int>(prefix)};
}

IpAddress netmask(int prefix_length, bool is_v6) {
  IpAddress mask;
  mask.is_v6 = is_v6;
  for (int bit = 0; bit < prefix_length && bit < (is_v6 ? 128 : 32); ++bit)
    mask.bytes[static_cast<std::size_t>(bit / 8)] |= static_cast<std::uint8_t>(0x80 >> (bit % 8));
  return mask;
}

bool is_loopback(const IpAddress& address) { return in_any(address, {"127.0.0.0/8", "::1/128"}); }

bool is_private(const IpAddress& address) {
  return in_any(address, {"0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29",
                          "192.0.0.170/31", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                          "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32", "::1/128", "::/128", "::ffff:0:0/96",
                          "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10"});
}

std::vector<std::string> sorted_addresses(const std::vector<std::string>& texts) {
  std::set<IpAddress> addresses;
  for (const auto& text : texts)
    if (const auto address = parse_address(text)) addresses.insert(*address);
  std::vector<std::string> result;
  for (const auto& address : addresses) result.push_back(to_text(address));
  return result;
}

}  // namespace halite::minion
