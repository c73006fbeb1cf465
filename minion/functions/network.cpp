// network.*: addresses and names of this machine.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/grains/addresses.h"

namespace halite::minion {
namespace {

struct Addresses {
  Value interface;
  bool include_loopback = false;
  std::string cidr;
  std::string type;
};
struct OneInterface {
  std::string iface;
};
struct Subnet {
  std::string cidr;
};
struct Address {
  std::string ip_addr;
};
struct HostName {
  std::string host;
};

bool is_wanted(const std::string& name, const Value& interface) {
  if (interface.is_null()) return true;
  const List patterns = interface.is_list() ? interface.as_list() : List{interface};
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Value& one) { return glob_match(one.as_string("interface"), name); });
}

IpNetwork network_of(const std::string& cidr) {
  const auto network = parse_network(cidr);
  if (!network) throw Error(ErrorKind::invalid, "'{}' is no subnet; one looks like 10.0.0.0/8", cidr);
  return *network;
}

// Sorted by value; loopback left out unless asked for.
Value addresses(const Addresses& args, Call& call, bool is_v6) {
  std::vector<std::string> found;
  for (const auto& one : call.tools.grains.probe().interfaces()) {
    if (!is_wanted(one.name, args.interface)) continue;
    for (const auto& entry : is_v6 ? one.ipv6 : one.ipv4) {
      const auto address = parse_address(entry.text);
      if (!address || (is_loopback(*address) && !args.include_loopback)) continue;
      if (!args.cidr.empty() && !network_of(args.cidr).contains(*address)) continue;
      if (args.cidr.empty() && args.type == "public" && is_private(*address)) continue;
      if (args.cidr.empty() && args.type == "private" && !is_private(*address)) continue;
      found.push_back(entry.text);
    }
  }
  return sorted_addresses(found);
}

Value ip_addrs(const Addresses& args, Call& call) { return addresses(args, call, false); }
Value ip_addrs6(const Addresses& args, Call& call) { return addresses(args, call, true); }

Map shown(const Interface& one) {
  Map map{{"up", one.is_up}};
  if (!one.hardware_address.empty()) map.set("hwaddr", one.hardware_address);
  List four, six;
  for (const auto& entry : one.ipv4)
    four.push_back(Map{{"address", entry.text}, {"netmask", to_text(netmask(entry.prefix_length, false))}, {"label", one.name}});
  for (const auto& entry : one.ipv6)
    six.push_back(Map{{"address", entry.text}, {"prefixlen", std::to_string(entry.prefix_length)}});
  if (!four.empty()) map.set("inet", four);
  if (!six.empty()) map.set("inet6", six);
  return map;
}

Value interfaces(const None&, Call& call) {
  Map all;
  for (const auto& one : call.tools.grains.probe().interfaces()) all.set(one.name, shown(one));
  return all;
}

Value hw_addr(const OneInterface& args, Call& call) {
  for (const auto& one : call.tools.grains.probe().interfaces())
    if (one.name == args.iface) return one.hardware_address;
  throw Error(ErrorKind::not_found, "there is no interface '{}'", args.iface);
}

Value subnets(const None&, Call& call) {
  std::vector<std::string> found;
  for (const auto& one : call.tools.grains.probe().interfaces())
    for (const auto& entry : one.ipv4) {
      const auto network = parse_network(fmt::format("{}/{}", entry.text, entry.prefix_length));
      if (network && !is_loopback(network->address)) found.push_back(network->text());
    }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Value in_subnet(const Subnet& args, Call& call) {
  const IpNetwork network = network_of(args.cidr);
  for (const auto& one : call.tools.grains.probe().interfaces())
    for (const auto& entry : one.ipv4)
      if (const auto address = parse_address(entry.text); address && network.contains(*address)) return true;
  return false;
}

Value is_private_address(const Address& args, Call&) {
  const auto address = parse_address(args.ip_addr);
  if (!address) throw Error(ErrorKind::invalid, "'{}' is no IP address", args.ip_addr);
  return is_private(*address);
}

Value get_hostname(const None&, Call& call) { return call.tools.grains.probe().kernel().nodename; }
Value get_fqdn(const None&, Call& call) { return call.tools.grains.get("fqdn"); }

Value host_to_ips(const HostName& args, Call& call) {
  List found;
  for (const bool is_v6 : {false, true})
    for (const auto& address : call.tools.grains.probe().addresses(args.host, is_v6)) found.push_back(address);
  return found;
}

}  // namespace

std::vector<Function> network_functions() {
  const auto schema = Schema<Addresses>()
                          .optional(&Addresses::interface, "interface", "Name, glob or list of interfaces; unset: all.")
                          .optional(&Addresses::include_loopback, "include_loopback", "With loopback addresses.")
                          .optional(&Addresses::cidr, "cidr", "Only addresses in this subnet.")
                          .optional(&Addresses::type, "type", "Only `public` or `private` ones.");
  const auto iface = Schema<OneInterface>().required(&OneInterface::iface, "iface", "Name of the interface.");
  return {
      function<Addresses>("network.ip_addrs", "IPv4 addresses of this machine, sorted.", schema, ip_addrs).light(),
      function<Addresses>("network.ipaddrs", "IPv4 addresses of this machine, sorted.", schema, ip_addrs).light(),
      function<Addresses>("network.ip_addrs6", "IPv6 addresses of this machine, sorted.", schema, ip_addrs6).light(),
      function<Addresses>("network.ipaddrs6", "IPv6 addresses of this machine, sorted.", schema, ip_addrs6).light(),
      function("network.interfaces", "Every interface with its addresses.", interfaces).light(),
      function<OneInterface>("network.hw_addr", "The hardware address of an interface.", iface, hw_addr).light(),
      function<OneInterface>("network.hwaddr", "The hardware address of an interface.", iface, hw_addr).light(),
      function("network.subnets", "The IPv4 subnets of this machine.", subnets).light(),
      function<Subnet>("network.in_subnet", "Has this machine an address in the subnet?",
                       Schema<Subnet>().required(&Subnet::cidr, "cidr", "The subnet."), in_subnet).light(),
      function<Address>("network.is_private", "Is this a private address?",
                        Schema<Address>().required(&Address::ip_addr, "ip_addr", "The address."), is_private_address).light(),
      function("network.get_hostname", "The host name.", get_hostname).light(),
      function("network.get_fqdn", "The fully qualified host name.", get_fqdn),
      function<HostName>("network.host_to_ips", "The addresses of a host name.",
                         Schema<HostName>().required(&HostName::host, "host", "The name."), host_to_ips),
  };
}

}  // namespace halite::minion
