// network.*: routes, networks, and what answers out there.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "minion/functions/groups.h"
#include "minion/functions/network_programs.h"
#include "minion/grains/addresses.h"
#include "states/arguments.h"

namespace halite::minion {
namespace {

struct Family {
  std::string family;
};
struct Name {
  std::string host;
};
struct Ping {
  std::string host;
  Value timeout = false;
  bool return_boolean = false;
};
struct Network {
  std::string ip_addr, cidr, netmask;
};
struct OneInterface {
  std::string iface;
};
struct Networks {
  Value interface;
  bool include_loopback = false, verbose = false;
};

IpNetwork network_from(const std::string& text) {
  const auto network = parse_network(text.find('/') == std::string::npos ? text + (text.find(':') == std::string::npos ? "/32" : "/128") : text);
  if (!network) throw Error(ErrorKind::invalid, "'{}' is no network; one looks like 10.0.0.0/8", escape_control(text));
  return *network;
}

IpAddress address_from(const std::string& text) {
  const auto address = parse_address(text);
  if (!address) throw Error(ErrorKind::invalid, "'{}' is no IP address", escape_control(text));
  return *address;
}

Value told_routes(const Argv& words, Call& call) {
  Argv argv{"ip", "-json"};
  argv.insert(argv.end(), words.begin(), words.end());
  const CommandResult result = run_network_program(argv, std::chrono::seconds(30), call);
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "ip failed: {}", trim(result.output));
  return trim(result.output).empty() ? Value(List{}) : from_json(result.output, "what ip says");
}

std::string text_in(const Value& map, const char* key) {
  const Value* value = map.find(key);
  return value && value->if_string() ? *value->if_string() : "";
}

// In the shape that netstat gave them, which trees know.
Map route_of(const Value& told, bool is_v6) {
  const std::string gateway = text_in(told, "gateway"), destination = text_in(told, "dst");
  const bool is_default = destination == "default";
  const std::string none = is_v6 ? "::" : "0.0.0.0";
  const IpNetwork network = is_default ? IpNetwork{address_from(none), 0} : network_from(destination);
  const std::string mask = is_v6 ? "" : to_text(netmask(network.prefix_length, false));
  // One without a prefix is of a single address.
  const std::string whole = destination.find('/') == std::string::npos ? destination + "/128" : destination;
  const std::string shown = is_v6 ? (is_default ? "::/0" : whole) : to_text(network.address);
  return {{"addr_family", is_v6 ? "inet6" : "inet"},
          {"destination", shown},
          {"gateway", gateway.empty() ? none : gateway},
          {"netmask", mask},
          {"flags", gateway.empty() ? "U" : "UG"},
          {"interface", text_in(told, "dev")}};
}

List routes_of(const std::string& family, Call& call) {
  if (!family.empty() && family != "inet" && family != "inet6") throw Error(ErrorKind::invalid, "Invalid address family {}", escape_control(family));
  List all;
  for (const bool is_v6 : {false, true}) {
    if (family == (is_v6 ? "inet" : "inet6")) continue;
    const Value told = is_v6 ? told_routes({"-6", "route", "show", "table", "all"}, call) : told_routes({"-4", "route", "show", "table", "main"}, call);
    for (const auto& one : told.as_list("what ip says"))
      // Routes that lead nowhere, and those of the machine to itself, have a type.
      if (const std::string type = text_in(one, "type"); type.empty() || type == "unicast" || type == "local") all.push_back(route_of(one, is_v6));
  }
  return all;
}

Value routes(const Family& args, Call& call) { return routes_of(args.family, call); }

Value default_route(const Family& args, Call& call) {
  List found;
  for (const auto& route : routes_of(args.family, call)) {
    const Value& destination = route.as_map().at("destination");
    if (destination == Value("0.0.0.0") || destination == Value("::/0")) found.push_back(route);
  }
  return found;
}

Value get_route(const Network& args, Call& call) {
  const Value told = told_routes({"route", "get", to_text(address_from(args.ip_addr))}, call);
  const List& list = told.as_list("what ip says");
  if (list.empty()) throw Error(ErrorKind::not_found, "there is no route to {}", args.ip_addr);
  const std::string gateway = text_in(list[0], "gateway");
  return Map{{"destination", args.ip_addr},
             {"gateway", gateway.empty() ? Value() : Value(gateway)},
             {"interface", text_in(list[0], "dev")},
             {"source", text_in(list[0], "prefsrc")}};
}

Value ping(const Ping& args, Call& call) {
  Argv argv{"ping"};
  std::int64_t seconds = 10;  // ping's own
  if (args.timeout.is_int()) {
    seconds = std::clamp<std::int64_t>(args.timeout.as_int(), 1, 3600);
    argv.insert(argv.end(), {"-W", std::to_string(seconds)});
  }
  argv.insert(argv.end(), {"-c", "4", "--", checked_host(args.host)});
  const CommandResult result = run_network_program(argv, std::chrono::seconds(4 * seconds + 30), call);
  if (args.return_boolean) return result.exit_code == 0;
  return trim_right(result.output);
}

Value arp(const None&, Call& call) {
  Map all;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/net/arp"))) {
    const auto words = split_words(line);  // address, kind, flags, hardware address, mask, interface
    if (words.size() >= 6 && parse_address(words[0]) && words[2] != "0x0") all.set(words[3], words[0]);
  }
  return all;
}

IpNetwork asked_network(const Network& args) {
  if (args.netmask.empty()) return network_from(args.ip_addr);
  const IpAddress mask = address_from(args.netmask);
  const std::string address = args.ip_addr.substr(0, args.ip_addr.find('/'));
  for (int length = 0; length <= (mask.is_v6 ? 128 : 32); ++length)
    if (netmask(length, mask.is_v6) == mask) return network_from(fmt::format("{}/{}", address, length));
  throw Error(ErrorKind::invalid, "'{}' is no netmask", args.netmask);
}

Value calc_net(const Network& args, Call&) { return asked_network(args).text(); }

Value convert_cidr(const Network& args, Call&) {
  const IpNetwork network = network_from(args.cidr);
  const IpAddress mask = netmask(network.prefix_length, network.address.is_v6);
  IpAddress last = network.address;
  const std::size_t size = last.is_v6 ? 16 : 4;
  for (std::size_t i = 0; i < size; ++i) last.bytes[i] = static_cast<std::uint8_t>(last.bytes[i] | static_cast<std::uint8_t>(~mask.bytes[i]));
  return Map{{"network", to_text(network.address)}, {"netmask", to_text(mask)}, {"broadcast", to_text(last)}};
}

Value ip_in_subnet(const Network& args, Call&) { return network_from(args.cidr).contains(address_from(args.ip_addr)); }
Value is_loopback_address(const Network& args, Call&) { return is_loopback(address_from(args.ip_addr)); }

Value reverse_ip(const Network& args, Call&) {
  const IpAddress address = address_from(args.ip_addr);
  std::string text;
  for (std::size_t i = address.is_v6 ? 16 : 4; i-- > 0;)
    text += address.is_v6 ? fmt::format("{:x}.{:x}.", address.bytes[i] & 15, address.bytes[i] >> 4) : fmt::format("{}.", address.bytes[i]);
  return text + (address.is_v6 ? "ip6.arpa" : "in-addr.arpa");
}

const Interface* find_interface(const std::vector<Interface>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Interface& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Value interface(const OneInterface& args, Call& call) {
  const auto all = call.tools.grains.probe().interfaces();
  const Interface* one = find_interface(all, args.iface);
  if (!one) throw Error(ErrorKind::not_found, "there is no interface '{}'", escape_control(args.iface));
  List addresses;
  for (const auto& entry : one->ipv4) {
    const auto converted = convert_cidr({.ip_addr = "", .cidr = fmt::format("{}/{}", entry.text, entry.prefix_length), .netmask = ""}, call);
    addresses.push_back(Map{{"address", entry.text}, {"netmask", *converted.find("netmask")}, {"broadcast", *converted.find("broadcast")}, {"label", one->name}});
  }
  return addresses;
}

Value interface_ip(const OneInterface& args, Call& call) {
  const auto all = call.tools.grains.probe().interfaces();
  const Interface* one = find_interface(all, args.iface);
  if (!one) throw Error(ErrorKind::not_found, "there is no interface '{}'", escape_control(args.iface));
  return one->ipv4.empty() ? Value("") : Value(one->ipv4[0].text);
}

Value interface_starts_with(const Network& args, Call& call) {
  List names;
  for (const auto& one : call.tools.grains.probe().interfaces())
    for (const auto& entry : one.ipv4)
      if (entry.text.starts_with(args.cidr)) names.push_back(one.name);
  return names;
}

bool is_wanted(const std::string& name, const Value& interface) {
  if (interface.is_null()) return true;
  std::vector<std::string> patterns;
  for (const auto& item : Convert<states::TextList>::decode(interface).items)
    for (const auto& part : split(item, ',')) patterns.emplace_back(trim(part));
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& one) { return glob_match(one, name); });
}

Value networks(const Networks& args, Call& call, bool is_v6) {
  Map by_network;
  for (const auto& one : call.tools.grains.probe().interfaces()) {
    if (!is_wanted(one.name, args.interface)) continue;
    for (const auto& entry : is_v6 ? one.ipv6 : one.ipv4) {
      const IpNetwork network = network_from(fmt::format("{}/{}", entry.text, entry.prefix_length));
      if (is_loopback(network.address) && !args.include_loopback) continue;
      const std::int64_t bits = (is_v6 ? 128 : 32) - network.prefix_length;
      const Value count = bits < 63 ? Value(std::int64_t{1} << bits) : Value();
      by_network.set(network.text(), Map{{"prefixlen", network.prefix_length}, {"netmask", to_text(netmask(network.prefix_length, is_v6))},
                                         {"num_addresses", count}, {"address", to_text(network.address)}});
    }
  }
  return args.verbose ? Value(by_network) : Value(by_network.keys());
}

Value networks4(const Networks& args, Call& call) { return networks(args, call, false); }
Value networks6(const Networks& args, Call& call) { return networks(args, call, true); }
Value subnets6(const None&, Call& call) { return networks({}, call, true); }
Value fqdns(const None&, Call& call) { return Map{{"fqdns", call.tools.grains.get("fqdns")}}; }

}  // namespace

std::vector<Function> network_look_functions() {
  const auto family = Schema<Family>().optional(&Family::family, "family", "inet or inet6 alone.");
  const auto address = Schema<Network>().required(&Network::ip_addr, "ip_addr", "The address.");
  const auto iface = Schema<OneInterface>().required(&OneInterface::iface, "iface", "Name of the interface.");
  const auto several = Schema<Networks>()
                           .optional(&Networks::interface, "interface", "Name, glob or list of interfaces; unset: all.")
                           .optional(&Networks::include_loopback, "include_loopback", "With those of the machine itself.")
                           .optional(&Networks::verbose, "verbose", "With prefix, mask and size of each.");
  return {
      function<Family>("network.routes", "The routes that the kernel takes.", family, routes),
      function<Family>("network.default_route", "The routes to everywhere else.", family, default_route),
      function<Network>("network.get_route", "The way to an address: network.get_route 192.0.2.7.",
                        Schema<Network>().required(&Network::ip_addr, "ip", "The address."), get_route),
      function<Ping>("network.ping", "What ping says of a host: network.ping example.org timeout=3 return_boolean=True.",
                     Schema<Ping>()
                         .required(&Ping::host, "host", "Name or address.")
                         .optional(&Ping::timeout, "timeout", "Seconds to wait for each answer.")
                         .optional(&Ping::return_boolean, "return_boolean", "Only whether it answers."),
                     ping),
      function("network.arp", "The hardware addresses that are known, with their IP addresses.", arp),
      function<Network>("network.calc_net", "The network of an address: network.calc_net 192.0.2.7 255.255.255.240.",
                        Schema<Network>(address).optional(&Network::netmask, "netmask", "Its mask, if it has no prefix."), calc_net),
      function<Network>("network.convert_cidr", "First address, mask and last address of a network: network.convert_cidr 192.0.2.0/24.",
                        Schema<Network>().required(&Network::cidr, "cidr", "The network."), convert_cidr),
      function<Network>("network.ip_in_subnet", "Is the address in the network? network.ip_in_subnet 192.0.2.7 192.0.2.0/24.",
                        Schema<Network>(address).required(&Network::cidr, "cidr", "The network."), ip_in_subnet),
      function<Network>("network.is_loopback", "Is this an address of the machine to itself?", address, is_loopback_address),
      function<Network>("network.reverse_ip", "The name that the DNS has for an address: network.reverse_ip 192.0.2.7.", address, reverse_ip),
      function<OneInterface>("network.interface", "The IPv4 addresses of an interface: network.interface eth0.", iface, interface),
      function<OneInterface>("network.interface_ip", "The first IPv4 address of an interface.", iface, interface_ip),
      function<Network>("network.ifacestartswith", "The interfaces with an IPv4 address that begins so: network.ifacestartswith 10.0.",
                        Schema<Network>().required(&Network::cidr, "cidr", "The beginning of an address."), interface_starts_with),
      function<Networks>("network.ip_networks", "The IPv4 networks of this machine.", several, networks4),
      function<Networks>("network.ip_networks6", "The IPv6 networks of this machine.", several, networks6),
      function("network.subnets6", "The IPv6 networks of this machine.", subnets6),
      function("network.fqdns", "The names that the DNS has for the addresses of this machine.", fqdns),
  };
}

}  // namespace halite::minion
