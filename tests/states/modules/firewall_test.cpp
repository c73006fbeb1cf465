// iptables and nftables.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "states/providers/firewall_words.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}
const Map ssh{{"name", "ssh"}, {"chain", "INPUT"}, {"proto", "tcp"}, {"dport", 22}, {"jump", "ACCEPT"}};
Map with(Map args, const Map& more) {
  for (const auto& [key, value] : more) args.set(key, value);
  return args;
}

}  // namespace

TEST_CASE("arguments become a rule of iptables as Salt writes them") {
  CHECK(iptables_rule({{"if", "! eth0"}, {"proto", "tcp"}, {"match", "state"}, {"connstate", "NEW,ESTABLISHED"},
                       {"dports", List{22, 80}}, {"comment", "web and ssh"}, {"source", "not 10.0.0.0/8"},
                       {"target", "LOG"}, {"log-prefix", "in: "}})
            .text ==
        "! -i eth0 -p tcp -m state --state NEW,ESTABLISHED -m multiport --dports 22,80 -m comment --comment \"web and "
        "ssh\" ! --source 10.0.0.0/8 --jump LOG --log-prefix \"in: \"");
  CHECK(iptables_rule({{"match-set", "! blocked src"}, {"jump", "DROP"}}).words ==
        Argv{"-m", "set", "!", "--match-set", "blocked", "src", "--jump", "DROP"});
  CHECK(iptables_rule({{"comment", "a b"}}).words == Argv{"-m", "comment", "--comment", "a b"});
  CHECK_THROWS_WITH(iptables_rule({{"dports", 22}}), "Error: protocol must be specified");
  CHECK(nftables_rule({{"if", "eth0"}, {"proto", "tcp"}, {"dports", "80,443"}, {"connstate", "NEW"}, {"counter", true},
                       {"jump", "accept"}}) ==
        "meta iifname eth0 ct state { new } tcp dport { 80, 443 } counter accept");
}

TEST_CASE("iptables.append plans, adds, and then leaves the rule alone") {
  Scene scene;
  CHECK(comment(scene.dry("iptables.append", ssh)) ==
        "iptables rule for ssh needs to be set (/usr/bin/iptables --wait -t filter -A INPUT  -p tcp --dport 22 --jump "
        "ACCEPT) for ipv4");
  const Map made = scene.state("iptables.append", ssh);
  CHECK(comment(made).starts_with("Set iptables rule for ssh to: /usr/bin/iptables --wait -t filter -A INPUT "));
  CHECK(changes(made) == Map{{"locale", "ssh"}});
  CHECK(comment(scene.state("iptables.append", ssh)).starts_with("iptables rule for ssh already set ("));
  CHECK(scene.state("iptables.append", with(ssh, {{"nonsense", 1}})).at("result") == Value(false));
}

TEST_CASE("iptables.insert counts from either end, and delete takes the rule") {
  Scene scene;
  scene.state("iptables.append", ssh);
  const Map web = with(ssh, {{"name", "web"}, {"dport", 80}, {"position", -1}});
  CHECK(scene.state("iptables.insert", web).at("result") == Value(true));
  bool is_inserted_second = false;
  for (const Argv& argv : scene.host.ran)
    is_inserted_second = is_inserted_second || (argv.size() > 6 && argv[4] == "-I" && argv[6] == "1");
  CHECK(is_inserted_second);
  CHECK(comment(scene.state("iptables.insert", ssh)) == "Error: Position needs to be specified or use append (-A)");
  CHECK(comment(scene.state("iptables.delete", ssh)).starts_with("Delete iptables rule for ssh "));
  CHECK(comment(scene.state("iptables.delete", ssh)).starts_with("iptables rule for ssh already absent for ipv4 ("));
  CHECK(comment(scene.state("iptables.delete", {{"name", "x"}, {"chain", "INPUT"}, {"position", 1}})) ==
        "Error: Rule needs to be specified");
}

TEST_CASE("rules are saved for the next boot, also those that were there") {
  Scene scene;
  scene.state("iptables.append", ssh);
  const Map saved = scene.state("iptables.append", with(ssh, {{"save", true}}));
  CHECK(changes(saved) == Map{{"saved", "ssh"}});
  CHECK(scene.host.files["/etc/iptables/rules.v4"].find("--dport 22") != std::string::npos);
  CHECK(changes(scene.state("iptables.append", with(ssh, {{"save", true}}))).empty());
  scene.state("iptables.append", with(ssh, {{"dport", 443}, {"save", "/etc/other"}}));
  CHECK(scene.host.files["/etc/other"].find("--dport 443") != std::string::npos);
}

TEST_CASE("iptables: policies, flushing, chains") {
  Scene scene;
  const Map policy{{"name", "closed"}, {"chain", "FORWARD"}, {"policy", "DROP"}};
  CHECK(comment(scene.dry("iptables.set_policy", policy)) ==
        "iptables default policy for chain FORWARD on table filter for ipv4 needs to be set to DROP");
  CHECK(comment(scene.state("iptables.set_policy", policy)) == "Set default policy for FORWARD to DROP family ipv4");
  CHECK(changes(scene.state("iptables.set_policy", policy)).empty());
  CHECK(comment(scene.state("iptables.flush", {{"name", "f"}, {"chain", "OUTPUT"}})) ==
        "Flush iptables rules in filter table OUTPUT chain ipv4 family");
  CHECK(changes(scene.state("iptables.flush", {{"name", "f"}})).empty());
  CHECK(comment(scene.state("iptables.chain_present", {{"name", "mine"}})) ==
        "iptables mine chain in filter table create success for ipv4");
  CHECK(comment(scene.state("iptables.chain_present", {{"name", "mine"}})) ==
        "iptables mine chain is already exist in filter table for ipv4");
  CHECK(comment(scene.state("iptables.chain_absent", {{"name", "mine"}})) ==
        "iptables mine chain in filter table delete success for ipv4");
  CHECK(comment(scene.state("iptables.chain_absent", {{"name", "mine"}})) ==
        "iptables mine chain is already absent in filter table for ipv4");
  CHECK(comment(scene.state("iptables.append", with(ssh, {{"family", "ipv5"}}))) ==
        "family 'ipv5' is neither ipv4 nor ipv6");
  CHECK(comment(scene.state("iptables.append", with(ssh, {{"family", "ipv6"}})))
            .starts_with("there is no program ip6tables"));
}

TEST_CASE("nftables rules are compared as nft writes them") {
  Scene scene;
  const Map web{{"name", "web"}, {"chain", "input"}, {"proto", "tcp"}, {"dport", 80}, {"jump", "accept"}};
  CHECK(comment(scene.state("nftables.append", web)) ==
        "nftables rule for web already set (nft add rule ip filter input tcp dport { 80 } accept) for ipv4");
  const Map ssh_rule = with(web, {{"name", "ssh"}, {"dport", 22}, {"save", true}});
  CHECK(scene.dry("nftables.insert", ssh_rule).at("result").is_null());
  CHECK(comment(scene.state("nftables.insert", ssh_rule)) ==
        "Set and Saved nftables rule for ssh to: nft insert rule ip filter input tcp dport { 22 } accept for ipv4");
  CHECK(scene.host.files["/etc/nftables.conf"].starts_with("#!/usr/sbin/nft -f\n\nflush ruleset\n"));
  CHECK(changes(scene.state("nftables.insert", ssh_rule)).empty());
  CHECK(changes(scene.state("nftables.delete", web)) == Map{{"locale", "web"}});
  CHECK(changes(scene.state("nftables.delete", web)).empty());
  CHECK(comment(scene.state("nftables.append", with(web, {{"chain", "none"}}))).find("does not exist") != std::string::npos);
}

TEST_CASE("nftables: tables, chains, policies, flushing") {
  Scene scene;
  CHECK(comment(scene.state("nftables.table_present", {{"name", "extra"}})) ==
        "nftables table extra successfully created in family ipv4");
  CHECK(comment(scene.state("nftables.chain_present", {{"name", "in"}, {"table", "extra"}})) ==
        "nftables in chain in extra table create success for ipv4");
  CHECK(comment(scene.state("nftables.chain_present", {{"name", "in"}, {"table", "extra"}, {"hook", "input"}})) ==
        "Table_type, hook, and priority required.");
  CHECK(scene.state("nftables.chain_present", {{"name", "in"}, {"table", "none"}}).at("result") == Value(false));
  CHECK(changes(scene.state("nftables.chain_absent", {{"name", "in"}, {"table", "extra"}})).size() == 1);
  CHECK(comment(scene.state("nftables.table_absent", {{"name", "extra"}})) ==
        "nftables table extra successfully deleted from family ipv4");
  const Map policy{{"name", "closed"}, {"chain", "input"}, {"policy", "DROP"}};
  CHECK(comment(scene.state("nftables.set_policy", policy)) == "Set default policy for input to DROP family ipv4");
  CHECK(changes(scene.state("nftables.set_policy", policy)).empty());
  CHECK(comment(scene.state("nftables.flush", {{"name", "f"}, {"table", "none"}})) ==
        "Failed to flush table none in family ipv4, table does not exist.");
  CHECK(comment(scene.state("nftables.flush", {{"name", "f"}, {"chain", "input"}})) ==
        "Flush nftables rules in filter table input chain ipv4 family");
  CHECK(changes(scene.state("nftables.flush", {{"name", "f"}, {"chain", "input"}})).empty());
}

}  // namespace halite::states
