// Grains of host names: what this machine calls itself and what the resolver makes of it.
#include <set>

#include "common/base/strings.h"
#include "minion/grains/addresses.h"
#include "minion/grains/families.h"

namespace halite::minion {

Map name_grains(const GrainSource& source) {
  const std::string hostname = source.probe.kernel().nodename;
  std::string fqdn = source.probe.canonical_name(hostname).value_or(hostname);
  if (fqdn.empty()) fqdn = "localhost.localdomain";
  const auto dot = fqdn.find('.');
  return {{"localhost", hostname},
          {"fqdn", fqdn},
          {"host", fqdn.substr(0, dot)},
          {"domain", dot == std::string::npos ? "" : fqdn.substr(dot + 1)}};
}

Map name_address_grains(const GrainSource& source) {
  Map grains;
  const std::string fqdn = source.grains.get("fqdn").as_string("grain fqdn");
  for (const bool is_v6 : {false, true}) {
    const Value ours = source.grains.get(is_v6 ? "ipv6" : "ipv4");
    List found;
    if (ours.if_list() && !ours.if_list()->empty())
      for (const auto& address : source.probe.addresses(fqdn, is_v6)) found.push_back(address);
    grains.set(is_v6 ? "fqdn_ip6" : "fqdn_ip4", found);
  }
  return grains;
}

// Names of every address but loopback ones, sorted.
Map reverse_name_grains(const GrainSource& source) {
  std::set<std::string> names;
  if (source.settings.enable_fqdns) {
    for (const char* grain : {"ipv4", "ipv6"}) {
      const Value addresses = source.grains.get(grain);
      if (!addresses.is_list()) continue;
      for (const auto& item : addresses.as_list()) {
        const auto address = parse_address(item.as_string());
        if (!address || is_loopback(*address)) continue;
        if (const auto name = source.probe.name_of(item.as_string())) names.insert(*name);
      }
    }
  }
  return {{"fqdns", std::vector<std::string>(names.begin(), names.end())}};
}

}  // namespace halite::minion
