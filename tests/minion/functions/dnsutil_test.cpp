#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  std::map<std::string, std::string> records;  // "NAME TYPE" -> dig's short answer
  Argv asked;
  Minion() {
    host.add_directory("/etc");
    host.files["/etc/hosts"] = "# names\n127.0.0.1 localhost\n192.0.2.7\tweb www  # the site\n\n";
  }
  void has_dig() {
    host.programs["dig"] = [this](const Command& command) {
      asked = command.argv;
      return FakeHost::result(0, records[command.argv.at(2) + " " + command.argv.at(3)]);
    };
  }
};

}  // namespace

TEST_CASE("dnsutil asks dig, and gives addresses alone") {
  Minion minion;
  minion.has_dig();
  minion.records = {{"www.example.org A", "web.example.org.\n192.0.2.7\n"},
                    {"example.org NS", "ns1.example.org.\nns2.example.org.\n"},
                    {"ns1.example.org. A", "192.0.2.53\n"},
                    {"ns2.example.org. A", "192.0.2.54\n"},
                    {"example.org MX", "10 mail.example.org.\n"},
                    {"mail.example.org. A", "192.0.2.25\n"}};
  CHECK(minion.call("dnsutil.A", {"www.example.org"}) == Value(List{"192.0.2.7"}));
  CHECK(minion.call("dnsutil.AAAA", {"www.example.org", "192.0.2.53"}) == Value(List{}));
  CHECK(minion.asked == Argv{"dig", "+short", "www.example.org", "AAAA", "@192.0.2.53"});
  CHECK(minion.call("dnsutil.NS", {"example.org"}) == Value(List{"192.0.2.53", "192.0.2.54"}));
  CHECK(minion.call("dnsutil.NS", {"example.org", false}) == Value(List{"ns1.example.org.", "ns2.example.org."}));
  CHECK(minion.call("dnsutil.MX", {"example.org"}) == Value(List{List{"10", "mail.example.org."}}));
  CHECK(minion.call("dnsutil.MX", {"example.org", true}) == Value(List{List{"10", "192.0.2.25"}}));
}

TEST_CASE("SPF records are followed, and not without end") {
  Minion minion;
  minion.has_dig();
  minion.records = {{"example.org TXT", "\"other text\"\n\"v=spf1 ip4:192.0.2.0/24 \" \"include:mail.example.net ~all\"\n"},
                    {"mail.example.net SPF", "\"v=spf1 ip6:2001:db8::/32 ip4:nonsense -all\"\n"},
                    {"loop.example.org SPF", "\"v=spf1 include:loop.example.org\"\n"}};
  CHECK(minion.call("dnsutil.SPF", {"example.org"}) == Value(List{"192.0.2.0/24", "2001:db8::/32"}));
  CHECK(minion.call("dnsutil.SPF", {"loop.example.org"}).as_string().find("without end") != std::string::npos);
}

TEST_CASE("a name can't be an option of dig") {
  Minion minion;
  minion.has_dig();
  for (const char* name : {"-f/etc/shadow", "@192.0.2.1", "+trace", "", "a b"})
    CHECK(minion.call("dnsutil.A", {name}).as_string().find("no name to look up") != std::string::npos);
  CHECK(minion.call("dnsutil.A", {"a", "-f"}).as_string().find("no name to look up") != std::string::npos);
  CHECK(minion.asked.empty());
}

TEST_CASE("without dig the resolver of the machine answers, and no other server can be asked") {
  Minion minion;
  CHECK(minion.call("dnsutil.A", {"web1"}) == Value(List{"192.0.2.10"}));
  CHECK(minion.call("dnsutil.AAAA", {"web1"}) == Value("Unable to resolve web1"));
  CHECK(minion.call("dnsutil.A", {"web1", "192.0.2.1"}).as_string().find("requires dig") != std::string::npos);
  CHECK(minion.call("dnsutil.NS", {"example.org"}).as_string().find("requires dig") != std::string::npos);
}

TEST_CASE("the lines of a hosts file are read, added once, and removed") {
  Minion minion;
  CHECK(minion.call("dnsutil.parse_hosts") == Value(Map{{"127.0.0.1", List{"localhost"}}, {"192.0.2.7", List{"web", "www"}}}));
  CHECK(minion.call("dnsutil.hosts_append", {"/etc/hosts", "192.0.2.7", "www,shop"}) ==
        Value("The following line was added to /etc/hosts:\n192.0.2.7 shop"));
  CHECK(minion.call("dnsutil.hosts_append", {"/etc/hosts", "192.0.2.7", "www,shop"}) ==
        Value("No additional hosts were added to /etc/hosts"));
  CHECK(minion.call("dnsutil.hosts_remove", {"/etc/hosts", "www,shop"}) == Value());
  CHECK(minion.host.files["/etc/hosts"] == "# names\n127.0.0.1 localhost\n192.0.2.7 web # the site\n\n");
  CHECK(minion.call("dnsutil.hosts_append", {"/etc/hosts", "nonsense", "a"}).as_string().find("no IP address") != std::string::npos);
  CHECK(minion.call("dnsutil.hosts_append", {"/etc/hosts", "192.0.2.7", "a b"}).as_string().find("no name of a host") != std::string::npos);
}

TEST_CASE("addresses and networks are told from other text") {
  Minion minion;
  for (const char* good : {"192.0.2.1", "192.0.2.0/24", "2001:db8::1", "2001:db8::/32"}) CHECK(minion.call("dnsutil.check_ip", {good}) == Value(true));
  for (const char* bad : {"192.0.2.256", "192.0.2.0/33", "web", ""}) CHECK(minion.call("dnsutil.check_ip", {bad}) == Value(false));
}

TEST_CASE("the serial of a zone goes up, and is kept in a grain") {
  Minion minion;
  CHECK(minion.call("dnsutil.serial", {"example.org"}).as_string().size() == 10);
  const std::string first = minion.call("dnsutil.serial", {"example.org", true}).as_string();
  CHECK(first.ends_with("01"));
  CHECK(minion.call("dnsutil.serial", {"example.org", true}) == Value(std::to_string(std::stoll(first) + 1)));
  CHECK(minion.call("dnsutil.serial", {"example.org"}) == Value(std::to_string(std::stoll(first) + 1)));
}

}  // namespace halite::minion
