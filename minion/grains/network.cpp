// Grains of network interfaces, addresses and the default gateway.
#include <algorithm>

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

// Where the default route leads: the gateway's address, true for a route without one, false for none.
Value gateway(Host& host, const std::string& version) {
  const auto told = output_of(host, {"ip", "-" + version, "route", "show"});
  for (const auto& line : split_lines(told.value_or(""))) {
    const auto words = split_words(line);
    if (words.empty() || words[0] != "default") continue;
    if (words.size() > 2 && words[1] == "via") return words[2];
    return true;
  }
  return false;
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
  if (!source.host.find_program("ip")) return {};
  const Value four = gateway(source.host, "4"), six = gateway(source.host, "6");
  return {{"ip_gw", four != Value(false) || six != Value(false)}, {"ip4_gw", four}, {"ip6_gw", six}};
}

}  // namespace halite::minion
