// Salt's filters on addresses.
#include <algorithm>
#include <random>

#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/big_integer.h"
#include "common/render/filters.h"
#include "common/render/ip_address.h"
#include "common/render/numbers.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

// Salt's names of what an address may be asked to be.
bool passes(const IpAddress& address, const std::string& option) {
  static const std::pair<std::string_view, std::string_view> names[] = {
      {"link-local", "link-local"}, {"linklocal", "link-local"}, {"ll", "link-local"}, {"link_local", "link-local"},
      {"loopback", "loopback"},     {"lo", "loopback"},          {"multicast", "multicast"}, {"private", "private"},
      {"reserved", "reserved"},     {"site-local", "site-local"}, {"sl", "site-local"}, {"site_local", "site-local"},
      {"unspecified", "unspecified"}};
  if (option == "global" || option == "public") return !ip_is(address, "private");
  for (const auto& [name, property] : names)
    if (option == name) return ip_is(address, property);
  return true;  // Salt ignores what it does not know
}

// The text of an address, or the address that a whole number stands for, as Python's ipaddress takes both.
std::string address_text(const Value& value) {
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  if (const std::string* text = if_text(value)) return *text;
  if (!is_integer(value) || compare_integers(value, 0) < 0) return "";
  std::string digits = integer_text(value, 16);
  if (digits.size() > 32) return "";
  IpAddress address;
  address.version = digits.size() > 8 ? 6 : 4;
  digits.insert(0, (address.version == 4 ? 8 : 32) - digits.size(), '0');
  const std::string bytes = *from_hex(digits);
  std::copy(bytes.begin(), bytes.end(), address.bytes.begin());
  return address.text();
}

// The address as Salt prints it, when it is one of this version and has the properties asked for.
Value checked(const Value& value, int version, const Value& options) {
  const auto found = parse_ip_interface(address_text(value));
  if (!found || found->address.version != version) return nullptr;
  if (const std::string* wanted = if_text(options))
    for (const std::string& option : split(*wanted, ','))
      if (!passes(found->address, std::string(trim(option)))) return nullptr;
  return found->has_prefix ? found->text() : found->address.text();
}

bool is_list(const Value& value) { return if_sequence(value) || if_object<Generator>(value); }

// For one address: itself or None. For a list: those that fit. For anything else: None.
Value filtered(const Value& value, int version, const Value& options) {
  if (if_text(value)) return checked(value, version, options);
  if (!is_list(value)) return nullptr;
  List out;
  for (const Value& item : to_list(value))
    if (Value address = checked(item, version, options); !address.is_null()) out.push_back(std::move(address));
  return out;
}

Value filtered_any(const Value& value, const Value& options) {
  const Value given = if_object<Generator>(value) ? Value(to_list(value)) : value;
  Value v4 = filtered(given, 4, options);
  Value v6 = filtered(given, 6, options);
  if (v4.is_null() || v6.is_null()) return truth(v4) ? v4 : v6;
  List both = *v4.if_list();
  both.insert(both.end(), v6.if_list()->begin(), v6.if_list()->end());
  return both;
}

template <int version>
Value is_ip(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "is_ip", {"ip_addr", "options"}, 1);
  const auto is = [&](int wanted) { return checked(p[0], wanted, p[1]).is_string(); };
  return version == 0 ? is(4) || is(6) : is(version);
}

template <int version>
Value ip(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "ipaddr", {"value", "options"}, 1);
  return version == 0 ? filtered_any(p[0], p[1]) : filtered(p[0], version, p[1]);
}

// A function of each address that passes, as a list for a list.
template <Value (*work)(const IpInterface&)>
Value each_address(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "network filter", {"value", "options", "version"}, 1);
  const Value given = if_object<Generator>(p[0]) ? Value(to_list(p[0])) : p[0];
  const std::int64_t version = p.has(2) && !p[2].is_null() ? p.integer(2, 0) : 0;
  const Value found = version ? filtered(given, static_cast<int>(version), p[1]) : filtered_any(given, p[1]);
  if (!truth(found)) return nullptr;
  if (!found.is_list()) return work(*parse_ip_interface(*found.if_string()));
  List out;
  for (const Value& address : *found.if_list()) out.push_back(work(*parse_ip_interface(*address.if_string())));
  return out;
}

Value host_text(const IpInterface& address) { return address.text(); }
Value hosts(const IpInterface& address) { return ip_network_hosts(address); }

// Salt takes a network for an address first, and then refuses it.
Value wrapped(const Value& value) {
  const auto found = parse_ip_interface(address_text(value));
  if (!found || found->address.version != 6) return value;
  if (found->has_prefix || !if_text(value)) fail("{} does not appear to be an IPv4 or IPv6 address", text_repr(str(value)));
  return "[" + found->address.text() + "]";
}

Value ipwrap(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "ipwrap", {"data"}, 1);
  const List* items = if_sequence(p[0]);
  if (!items) return wrapped(p[0]);
  List out;
  for (const Value& item : *items) out.push_back(wrapped(item));
  return out;
}

List inside(const List& addresses, const std::vector<IpInterface>& networks) {
  List out;
  for (const Value& each : addresses) {
    const auto address = parse_ip(address_text(each));
    if (!address) fail("{} does not appear to be an IPv4 or IPv6 address", repr(each));
    for (const IpInterface& network : networks)
      if (network.contains(*address)) out.push_back(each);
  }
  return out;
}

Value filter_by_networks(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "filter_by_networks", {"values", "networks"}, 2);
  if (p[1].is_null()) return p[0];
  std::vector<IpInterface> networks;
  for (const Value& each : to_list(p[1])) {
    const auto network = parse_ip_interface(str(each));
    if (!network) fail("{} does not appear to be an IPv4 or IPv6 network", repr(each));
    if (!(network->network() == network->address)) fail("{} has host bits set", str(each));
    networks.push_back(*network);
  }
  const Map* map = if_dict(p[0]);
  if (!map) return inside(to_list(p[0]), networks);
  Map out;
  for (const auto& [name, addresses] : *map) out.set(name, inside(to_list(addresses), networks));
  return out;
}

Value gen_mac(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "gen_mac", {"prefix"});
  std::random_device source;
  const unsigned bits = source();
  return fmt::format("{}:{:02X}:{:02X}:{:02X}", p.text(0, "AC:DE:48"), bits & 0xFF, (bits >> 8) & 0xFF, (bits >> 16) & 0xFF);
}

Value mac_bytes(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "mac_str_to_bytes", {"mac_str"}, 1);
  std::string text = p.text(0);
  if (text.size() == 17) text = replace_all(text, text.substr(2, 1), "");
  if (text.size() != 12) fail("Invalid MAC address");
  auto bytes = from_hex(text);
  if (!bytes) fail("invalid literal for int() with base 16: {}", text_repr(text));
  return Bytes{std::move(*bytes)};
}

constexpr FilterEntry filters[] = {
    {"is_ip", is_ip<0>, "Whether it is an IP address (Salt's).", "'10.0.0.1'|is_ip"},
    {"is_ipv4", is_ip<4>, "Whether it is an IPv4 address (Salt's).", "'10.0.0.1'|is_ipv4"},
    {"is_ipv6", is_ip<6>, "Whether it is an IPv6 address (Salt's).", "'::1'|is_ipv6"},
    {"ipaddr", ip<0>, "The IP addresses of a list, or the one (Salt's).", "l|ipaddr"},
    {"ipv4", ip<4>, "The IPv4 addresses of a list, or the one (Salt's).", "l|ipv4"},
    {"ipv6", ip<6>, "The IPv6 addresses of a list, or the one (Salt's).", "l|ipv6"},
    {"ip_host", each_address<host_text>, "The address with its prefix (Salt's).", "'10.0.0.1/24'|ip_host"},
    {"network_hosts", each_address<hosts>, "The usable addresses of a network (Salt's).", "'10.0.0.0/30'|network_hosts"},
    {"network_size", each_address<ip_network_size>, "The number of addresses of a network (Salt's).", "'10.0.0.0/8'|network_size"},
    {"ipwrap", ipwrap, "IPv6 addresses in brackets (Salt's).", "'::1'|ipwrap"},
    {"filter_by_networks", filter_by_networks, "The addresses inside of networks (Salt's).", "l|filter_by_networks(['10.0.0.0/8'])"},
    {"gen_mac", gen_mac, "A random MAC address with a prefix (Salt's).", "'AC:DE:48'|gen_mac"},
    {"mac_str_to_bytes", mac_bytes, "The bytes of a MAC address (Salt's).", "mac|mac_str_to_bytes"},
};

}  // namespace

std::span<const FilterEntry> salt_network_filters() { return filters; }

}  // namespace halite::render
