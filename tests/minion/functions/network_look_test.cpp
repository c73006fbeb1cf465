#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  Minion() {
    host.programs["ip"] = [](const Command& command) {
      const bool is_v6 = command.argv.at(2) == "-6";
      if (command.argv.at(2) == "route")
        return FakeHost::result(0, R"([{"dst":"198.51.100.9","gateway":"192.0.2.1","dev":"eth0","prefsrc":"192.0.2.10"}])");
      return FakeHost::result(0, is_v6 ? R"([{"dst":"default","gateway":"fe80::1","dev":"eth0","flags":[]},{"type":"multicast","dst":"ff00::/8","dev":"eth0"},{"type":"local","dst":"::1","dev":"lo"}])"
                                       : R"([{"dst":"default","gateway":"192.0.2.1","dev":"eth0"},{"dst":"192.0.2.0/24","dev":"eth0","scope":"link"}])");
    };
  }
};

Map route(const char* family, const char* destination, const char* gateway, const char* mask, const char* flags, const char* interface) {
  return {{"addr_family", family}, {"destination", destination}, {"gateway", gateway}, {"netmask", mask}, {"flags", flags}, {"interface", interface}};
}

}  // namespace

TEST_CASE("routes have the shape that netstat gave them") {
  Minion minion;
  CHECK(minion.call("network.routes", {"inet"}) == Value(List{route("inet", "0.0.0.0", "192.0.2.1", "0.0.0.0", "UG", "eth0"),
                                                              route("inet", "192.0.2.0", "0.0.0.0", "255.255.255.0", "U", "eth0")}));
  CHECK(minion.call("network.routes", {"inet6"}) == Value(List{route("inet6", "::/0", "fe80::1", "", "UG", "eth0"), route("inet6", "::1/128", "::", "", "U", "lo")}));
  CHECK(minion.call("network.default_route").as_list().size() == 2);
  CHECK(minion.call("network.routes", {"ipx"}).as_string().find("Invalid address family ipx") != std::string::npos);
  CHECK(minion.call("network.get_route", {"198.51.100.9"}) ==
        Value(Map{{"destination", "198.51.100.9"}, {"gateway", "192.0.2.1"}, {"interface", "eth0"}, {"source", "192.0.2.10"}}));
  CHECK(minion.call("network.get_route", {"1.2.3.4; reboot"}).as_string().find("no IP address") != std::string::npos);
}

TEST_CASE("networks are worked out from addresses, prefixes and masks") {
  Minion minion;
  CHECK(minion.call("network.calc_net", {"172.17.0.5", "255.255.255.240"}) == Value("172.17.0.0/28"));
  CHECK(minion.call("network.calc_net", {"2001:db8::7/64"}) == Value("2001:db8::/64"));
  CHECK(minion.call("network.calc_net", {"172.17.0.5", "255.0.255.0"}).as_string().find("no netmask") != std::string::npos);
  CHECK(minion.call("network.convert_cidr", {"192.0.2.9/24"}) ==
        Value(Map{{"network", "192.0.2.0"}, {"netmask", "255.255.255.0"}, {"broadcast", "192.0.2.255"}}));
  CHECK(minion.call("network.ip_in_subnet", {"192.0.2.9", "192.0.2.0/24"}) == Value(true));
  CHECK(minion.call("network.ip_in_subnet", {"192.0.3.9", "192.0.2.0/24"}) == Value(false));
  CHECK(minion.call("network.is_loopback", {"127.8.8.8"}) == Value(true));
  CHECK(minion.call("network.reverse_ip", {"192.0.2.7"}) == Value("7.2.0.192.in-addr.arpa"));
  CHECK(minion.call("network.reverse_ip", {"2001:db8::1"}) ==
        Value("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"));
}

TEST_CASE("interfaces tell their addresses and networks") {
  Minion minion;
  CHECK(minion.call("network.interface_ip", {"eth0"}) == Value("192.0.2.10"));
  CHECK(minion.call("network.interface", {"eth0"}).as_list().at(0) ==
        Value(Map{{"address", "192.0.2.10"}, {"netmask", "255.255.255.0"}, {"broadcast", "192.0.2.255"}, {"label", "eth0"}}));
  CHECK(minion.call("network.interface", {"eth9"}).as_string().find("no interface 'eth9'") != std::string::npos);
  CHECK(minion.call("network.ifacestartswith", {"10.1"}) == Value(List{"eth0"}));
  CHECK(minion.call("network.ip_networks") == Value(List{"192.0.2.0/24", "10.0.0.0/8"}));
  CHECK(minion.call("network.ip_networks", {"lo", true}) == Value(List{"127.0.0.0/8"}));
  CHECK(*minion.call("network.ip_networks", {}, {{"verbose", true}}).find("192.0.2.0/24")->find("num_addresses") == Value(256));
  CHECK(minion.call("network.subnets6") == Value(List{"fe80::/64"}));
}

TEST_CASE("a host that is pinged can't be an option") {
  Minion minion;
  Argv seen;
  minion.host.programs["ping"] = [&](const Command& command) {
    seen = command.argv;
    return FakeHost::result(1, "4 packets transmitted, 0 received\n");
  };
  CHECK(minion.call("network.ping", {"example.org"}, {{"timeout", 2}, {"return_boolean", true}}) == Value(false));
  CHECK(seen == Argv{"ping", "-W", "2", "-c", "4", "--", "example.org"});
  CHECK(minion.call("network.ping", {"-f"}).as_string().find("no name of a host") != std::string::npos);
}

TEST_CASE("neighbours are listed by hardware address, without those that never answered") {
  Minion minion;
  minion.host.files["/proc/net/arp"] =
      "IP address HW type Flags HW address Mask Device\n192.0.2.1 0x1 0x2 02:00:00:00:00:01 * eth0\n192.0.2.9 0x1 0x0 00:00:00:00:00:00 * eth0\n";
  CHECK(minion.call("network.arp") == Value(Map{{"02:00:00:00:00:01", "192.0.2.1"}}));
}

}  // namespace halite::minion
