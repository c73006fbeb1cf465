// Grains of network interfaces, addresses and the default gateway.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "common/base/strings.h"
#include "minion/grains/addresses.h"
#include "minion/grains/families.h"

namespace halite::minion {
namespace {

List texts(const std::vector<InterfaceAddress>& addresses) {
  List list;
  for (const auto& address : addresses) list.push_back(address.text);
  return list;
}

constexpr unsigned long is_rejecting = 0x200;  // RTF_REJECT

struct Route {
  std::string gateway;  // hexadecimal; zeros when there is none
  unsigned long metric = 0;
};

bool is_zero(const std::string& digits) { return digits.find_first_not_of('0') == std::string::npos; }

unsigned long from_hex(const std::string& digits) { return std::strtoul(digits.c_str(), nullptr, 16); }

// Default routes of proc(5), /proc/net/route: interface, destination, gateway, flags, _, _, metric (decimal), mask.
std::vector<Route> default_routes4(Host& host) {
  std::vector<Route> routes;
  for (const auto& line : split_lines(host.read_file_if_exists("/proc/net/route").value_or(""))) {
    const auto words = split_words(line);
    if (words.size() < 8 || !is_zero(words[1]) || !is_zero(words[7]) || (from_hex(words[3]) & is_rejecting)) continue;
    routes.push_back({words[2], std::strtoul(words[6].c_str(), nullptr, 10)});
  }
  return routes;
}

// /proc/net/ipv6_route: destination, prefix, source, prefix, next hop, metric, _, _, flags, interface; all hexadecimal.
std::vector<Route> default_routes6(Host& host) {
  std::vector<Route> routes;
  for (const auto& line : split_lines(host.read_file_if_exists("/proc/net/ipv6_route").value_or(""))) {
    const auto words = split_words(line);
    if (words.size() < 10 || !is_zero(words[0]) || !is_zero(words[1]) || words[9] == "lo") continue;
    if (from_hex(words[8]) & is_rejecting) continue;
    routes.push_back({words[4], from_hex(words[5])});
  }
  return routes;
}

std::string address4(const std::string& digits) {
  const in_addr address{static_cast<in_addr_t>(from_hex(digits))};  // the kernel prints its own byte order
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &address, text.data(), text.size()) ? text.data() : "";
}

std::string address6(const std::string& digits) {
  in6_addr address{};
  for (std::size_t i = 0; i < 16 && 2 * i + 2 <= digits.size(); ++i)
    address.s6_addr[i] = static_cast<std::uint8_t>(from_hex(digits.substr(2 * i, 2)));
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET6, &address, text.data(), text.size()) ? text.data() : "";
}

// Where the best default route leads: the gateway's address, true for a route without one, false for none.
Value gateway(const std::vector<Route>& routes, std::string (*shown)(const std::string&)) {
  if (routes.empty()) return false;
  const auto& best = *std::min_element(routes.begin(), routes.end(), [](const Route& a, const Route& b) { return a.metric < b.metric; });
  return is_zero(best.gateway) ? Value(true) : Value(shown(best.gateway));
}

}  // namespace

Map interface_grains(const GrainSource& source) {
  Map both, four, six, hardware;
  std::vector<std::string> all_four, all_six;
  for (const auto& one : source.probe.interfaces()) {
    List list = texts(one.ipv4);
    for (const auto& address : one.ipv6) list.push_back(address.text);
    both.set(one.name, list);
    four.set(one.name, texts(one.ipv4));
    six.set(one.name, texts(one.ipv6));
    if (!one.hardware_address.empty()) hardware.set(one.name, one.hardware_address);
    for (const auto& address : one.ipv4) all_four.push_back(address.text);
    for (const auto& address : one.ipv6) all_six.push_back(address.text);
  }
  return {{"ip_interfaces", both},          {"ip4_interfaces", four},
          {"ip6_interfaces", six},          {"hwaddr_interfaces", hardware},
          {"ipv4", sorted_addresses(all_four)}, {"ipv6", sorted_addresses(all_six)}};
}

Map gateway_grains(const GrainSource& source) {
  const Value four = gateway(default_routes4(source.host), address4), six = gateway(default_routes6(source.host), address6);
  return {{"ip_gw", four != Value(false) || six != Value(false)}, {"ip4_gw", four}, {"ip6_gw", six}};
}

}  // namespace halite::minion
