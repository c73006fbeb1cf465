// Targets on addresses: one address, or a subnet in CIDR notation, of IPv4 or IPv6.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/target/condition.h"

namespace halite::target {
namespace {

struct Address {
  bool is_v6 = false;
  std::array<unsigned char, 16> bytes{};

  int bits() const { return is_v6 ? 128 : 32; }
  std::string text() const {
    std::array<char, INET6_ADDRSTRLEN> buffer{};
    inet_ntop(is_v6 ? AF_INET6 : AF_INET, bytes.data(), buffer.data(), buffer.size());
    return buffer.data();
  }
  void clear_host(int prefix) {
    for (int bit = prefix; bit < bits(); ++bit)
      bytes[static_cast<std::size_t>(bit / 8)] &= static_cast<unsigned char>(~(0x80 >> bit % 8));
  }
  bool operator==(const Address&) const = default;
};

std::optional<Address> address_from(const std::string& text) {
  Address address{.is_v6 = text.find(':') != std::string::npos};
  if (inet_pton(address.is_v6 ? AF_INET6 : AF_INET, text.c_str(), address.bytes.data()) != 1) return std::nullopt;
  return address;
}

// A netmask (255.255.0.0) or its complement, as a number of bits.
std::optional<int> mask_bits(const std::string& text) {
  const auto mask = address_from(text);
  if (!mask || mask->is_v6) return std::nullopt;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < 4; ++i) bits = bits << 8 | mask->bytes[i];
  for (const std::uint32_t candidate : {bits, ~bits})
    if (std::countl_one(candidate) + std::countr_zero(candidate) == 32) return std::countl_one(candidate);
  return std::nullopt;
}

std::optional<int> prefix_from(const std::string& text, const Address& address) {
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) return address.is_v6 ? std::nullopt : mask_bits(text);
  const auto bits = parse_int(text);
  if (!bits || *bits > address.bits()) return std::nullopt;
  return static_cast<int>(*bits);
}

class Subnet : public Condition {
 public:
  Subnet(const Address& address, int prefix) : address_(address), prefix_(prefix) {}

  Verdict judge(const Subject& subject) const override {
    if (!subject.grains) return Verdict::unknown;
    const Value* own = subject.grains->find(address_.is_v6 ? "ipv6" : "ipv4");
    if (!own) return Verdict::no;
    if (const List* list = own->if_list())
      return std::ranges::any_of(*list, [&](const Value& item) { return holds(item); }) ? Verdict::yes : Verdict::no;
    return holds(*own) ? Verdict::yes : Verdict::no;
  }

 private:
  bool holds(const Value& item) const {
    const auto* text = item.if_string();
    auto address = text ? address_from(*text) : std::nullopt;
    if (!address || address->is_v6 != address_.is_v6) return false;
    address->clear_host(prefix_);
    return *address == address_;
  }

  Address address_;
  int prefix_;
};

}  // namespace

ConditionPtr subnet_condition(std::string_view target) {
  const std::size_t slash = target.find('/');
  const auto address = address_from(std::string(target.substr(0, slash)));
  if (!address)
    throw Error(ErrorKind::invalid, "'{}' is no address and no subnet; write 10.0.0.1, 10.0.0.0/8 or fe80::/10", target);
  if (slash == std::string_view::npos) return std::make_shared<Subnet>(*address, address->bits());
  const auto prefix = prefix_from(std::string(target.substr(slash + 1)), *address);
  if (!prefix)
    throw Error(ErrorKind::invalid, "'{}' has a bad prefix length '{}'; it is 0 to {}", target, target.substr(slash + 1),
                address->bits());
  Address network = *address;
  network.clear_host(*prefix);
  if (network != *address)
    throw Error(ErrorKind::invalid, "'{}' has host bits set; did you mean '{}/{}'?", target, network.text(), *prefix);
  return std::make_shared<Subnet>(network, *prefix);
}

}  // namespace halite::target
