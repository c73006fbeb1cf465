#include "common/render/ip_address.h"

#include <algorithm>
#include <vector>

#include "common/base/strings.h"
#include "common/render/big_integer.h"
#include "common/render/failure.h"

namespace halite::render {
namespace {

bool parse_v4(std::string_view text, std::uint8_t* bytes) {
  const auto parts = split(text, '.');
  if (parts.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string& part = parts[i];
    if (part.empty() || part.size() > 3 || part.find_first_not_of("0123456789") != std::string::npos) return false;
    if (part.size() > 1 && part[0] == '0') return false;
    const auto value = parse_int(part);
    if (!value || *value > 255) return false;
    bytes[i] = static_cast<std::uint8_t>(*value);
  }
  return true;
}

// Groups of four hexadecimal digits; the last may be an address of version 4, which is two groups.
bool parse_groups(std::string_view text, std::vector<std::uint16_t>& groups, bool may_end_in_v4) {
  if (text.empty()) return true;
  const auto parts = split(text, ':');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    if (may_end_in_v4 && i + 1 == parts.size() && part.find('.') != std::string::npos) {
      std::array<std::uint8_t, 4> v4{};
      if (!parse_v4(part, v4.data())) return false;
      groups.push_back(static_cast<std::uint16_t>(v4[0] << 8 | v4[1]));
      groups.push_back(static_cast<std::uint16_t>(v4[2] << 8 | v4[3]));
      continue;
    }
    if (part.empty() || part.size() > 4 || part.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return false;
    groups.push_back(static_cast<std::uint16_t>(std::stoul(part, nullptr, 16)));
  }
  return true;
}

bool parse_v6(std::string_view text, IpAddress& address) {
  const std::size_t gap = text.find("::");
  std::vector<std::uint16_t> left, right;
  if (gap == std::string_view::npos) {
    if (!parse_groups(text, left, true) || left.size() != 8) return false;
  } else {
    if (text.find("::", gap + 1) != std::string_view::npos) return false;
    if (!parse_groups(text.substr(0, gap), left, false) || !parse_groups(text.substr(gap + 2), right, true)) return false;
    if (left.size() + right.size() > 7) return false;
  }
  std::vector<std::uint16_t> groups = left;
  groups.resize(8 - right.size());
  groups.insert(groups.end(), right.begin(), right.end());
  for (std::size_t i = 0; i < 8; ++i) {
    address.bytes[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
    address.bytes[2 * i + 1] = static_cast<std::uint8_t>(groups[i] & 0xFF);
  }
  return true;
}

// The length of a netmask ("255.255.255.0") or a hostmask ("0.0.0.255"); nothing when it has holes.
std::optional<int> mask_length(std::string_view text) {
  IpAddress mask;
  if (!parse_v4(text, mask.bytes.data())) return std::nullopt;
  const auto run = [&](bool value) {
    int length = 0;
    while (length < 32 && mask.bit(length) == value) ++length;
    for (int i = length; i < 32; ++i)
      if (mask.bit(i) == value) return -1;
    return length;
  };
  if (const int ones = run(true); ones > 0) return ones;
  const int zeros = run(false);
  return zeros >= 0 ? std::optional(zeros) : std::nullopt;
}

bool in_any(const IpAddress& address, std::initializer_list<std::string_view> networks) {
  return std::any_of(networks.begin(), networks.end(), [&](std::string_view text) {
    const auto network = parse_ip_interface(text);
    return network && network->contains(address);
  });
}

// The next address; behind the last one comes the first.
void increment(IpAddress& address) {
  for (int i = address.bits() / 8; i-- > 0;)
    if (++address.bytes[static_cast<std::size_t>(i)] != 0) return;
}

}  // namespace

std::string IpAddress::text() const {
  if (version == 4) return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
  // The longest run of two or more zero groups is left out, the first of equal ones.
  std::size_t best = 8, best_size = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t size = 0;
    while (i + size < 8 && groups[i + size] == 0) ++size;
    if (size > best_size) best = i, best_size = size;
  }
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == best) {
      out += "::";
      i += best_size - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    out += fmt::format("{:x}", groups[i]);
  }
  return out;
}

IpAddress IpInterface::network() const {
  IpAddress out = address;
  for (int i = prefix; i < out.bits(); ++i)
    out.bytes[static_cast<std::size_t>(i / 8)] = static_cast<std::uint8_t>(out.bytes[static_cast<std::size_t>(i / 8)] & ~(0x80 >> (i % 8)));
  return out;
}

bool IpInterface::contains(const IpAddress& other) const {
  if (other.version != address.version) return false;
  for (int i = 0; i < prefix; ++i)
    if (address.bit(i) != other.bit(i)) return false;
  return true;
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  IpAddress address;
  if (parse_v4(text, address.bytes.data())) return address;
  address = {};
  address.version = 6;
  if (text.find(':') != std::string_view::npos && parse_v6(text, address)) return address;
  return std::nullopt;
}

std::optional<IpInterface> parse_ip_interface(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_ip(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpInterface out{*address, address->bits(), slash != std::string_view::npos};
  if (!out.has_prefix) return out;
  const std::string_view prefix = text.substr(slash + 1);
  if (prefix.empty()) return std::nullopt;
  if (prefix.find_first_not_of("0123456789") == std::string_view::npos) {
    const auto length = parse_int(prefix);
    if (!length || *length > address->bits()) return std::nullopt;
    out.prefix = static_cast<int>(*length);
    return out;
  }
  const auto length = address->version == 4 ? mask_length(prefix) : std::nullopt;
  if (!length) return std::nullopt;
  out.prefix = *length;
  return out;
}

// As Debian 12's Python sees it, by IANA's registries. A version 4 address written as one of version 6 counts as what it is.
bool is_private(const IpAddress& address) {
  if (in_any(address, {"::ffff:0:0/96"})) {
    IpAddress mapped;
    mapped.version = 4;
    std::copy_n(address.bytes.begin() + 12, 4, mapped.bytes.begin());
    return is_private(mapped);
  }
  return in_any(address, {"0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
                          "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "::1/128", "::/128",
                          "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10"}) &&
         !in_any(address, {"192.0.0.9/32", "192.0.0.10/32", "2001:1::1/128", "2001:1::2/128", "2001:3::/32", "2001:4:112::/48",
                           "2001:20::/28", "2001:30::/28"});
}

bool ip_is(const IpAddress& address, std::string_view property) {
  if (property == "private") return is_private(address);
  if (property == "loopback") return in_any(address, {"127.0.0.0/8", "::1/128"});
  if (property == "multicast") return in_any(address, {"224.0.0.0/4", "ff00::/8"});
  if (property == "link-local") return in_any(address, {"169.254.0.0/16", "fe80::/10"});
  if (property == "site-local") return in_any(address, {"fec0::/10"});
  if (property == "unspecified") return in_any(address, {"0.0.0.0/32", "::/128"});
  if (property == "reserved")
    return in_any(address, {"240.0.0.0/4", "::/8", "100::/8", "200::/7", "400::/6", "800::/5", "1000::/4", "4000::/3", "6000::/3",
                            "8000::/3", "a000::/3", "c000::/3", "e000::/4", "f000::/5", "f800::/6", "fe00::/9"});
  return false;
}

Value ip_network_size(const IpInterface& network) {
  return calculate(IntegerOperation::power, 2, network.address.bits() - network.prefix);
}

// Without the first (and, for version 4, the last) address, unless the network has only one or two.
List ip_network_hosts(const IpInterface& network) {
  const int host_bits = network.address.bits() - network.prefix;
  if (host_bits > 20) fail("the network {}/{} has too many hosts to list", network.network().text(), network.prefix);
  std::uint32_t count = std::uint32_t{1} << host_bits;
  IpAddress address = network.network();
  if (count > 2) {
    increment(address);
    count -= network.address.version == 4 ? 2 : 1;
  }
  List hosts;
  for (std::uint32_t i = 0; i < count; ++i, increment(address)) hosts.emplace_back(address.text());
  return hosts;
}

}  // namespace halite::render
