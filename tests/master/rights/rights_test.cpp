#include "master/rights/rights.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "common/base/error.h"
#include "common/data/yaml.h"

using namespace halite;
using namespace halite::master;

namespace {

Map yaml(const std::string& text) { return from_yaml(text, "test").as_map(); }

Rights acl(const std::string& text) { return Rights({.publisher_acl = yaml(text), .publisher_acl_blacklist = {}, .external_auth = {}, .nodegroups = {}}); }

bool may(const Grants& grants, const std::string& function, List arguments = {}, const std::string& id = "web1") {
  const RightsCall call{function, std::move(arguments)};
  return std::any_of(grants.begin(), grants.end(), [&](const Grant& grant) {
    return grant.kind == GrantKind::minions && grant.allows(call) && grant.means(id);
  });
}

Grants of(const std::string& entries) { return acl("alice:\n" + entries).grants({"alice", {}}); }

}  // namespace

TEST_CASE("A pattern means the whole name, in one reading") {
  CHECK(is_named("test.ping", "test.ping"));
  CHECK(is_named("test.*", "test.ping"));
  CHECK_FALSE(is_named("test.*", "testing.all"));  // as Salt's regular expression it would
  CHECK(is_named(".*", "cmd.run"));
  CHECK(is_named("(test|grains)\\..*", "grains.items"));
  CHECK_FALSE(is_named("test\\.ping", "test.pingu"));
  CHECK_FALSE(is_named("ping$", "test.ping"));
  CHECK_FALSE(is_named("(unclosed", "(unclosed"));
}

TEST_CASE("Who is not named may nothing, and no rules means nobody") {
  CHECK(Rights().is_empty());
  CHECK(Rights().grants({"alice", {"admins"}}).empty());
  const Rights rights = acl("alice: [test.ping]\n'admins%': ['.*']\n");
  CHECK(rights.grants({"bob", {"users"}}).empty());
  CHECK(rights.grants({"alicex", {}}).empty());
  CHECK(may(rights.grants({"bob", {"admins"}}), "cmd.run"));
  CHECK_FALSE(may(rights.grants({"admins", {}}), "test.ping"));  // a group's name is no user's
}

TEST_CASE("A function is allowed on the minions that stand above it") {
  const auto grants = of("  - test.*\n  - 'web* and not web9': [service.restart, 'pkg.*']\n  - 'L@db1,db2': state.apply\n");
  CHECK(may(grants, "test.ping", {}, "db7"));
  CHECK(may(grants, "service.restart", {"nginx"}, "web1"));
  CHECK_FALSE(may(grants, "service.restart", {"nginx"}, "web9"));
  CHECK_FALSE(may(grants, "service.restart", {"nginx"}, "db1"));
  CHECK(may(grants, "state.apply", {}, "db2"));
  CHECK_FALSE(may(grants, "cmd.run", {"id"}));
}

TEST_CASE("Arguments are held to their patterns, all of the text, and further ones are refused") {
  const auto grants = of("  - service.restart:\n      args: ['nginx|apache2']\n");
  CHECK(may(grants, "service.restart", {"nginx"}));
  CHECK_FALSE(may(grants, "service.restart", {}));
  CHECK_FALSE(may(grants, "service.restart", {"nginx2"}));
  CHECK_FALSE(may(grants, "service.restart", {"xnginx"}));
  CHECK_FALSE(may(grants, "service.restart", {"nginx\n"}));
  CHECK_FALSE(may(grants, "service.restart", {"nginx", "ssh"}));
  CHECK_FALSE(may(grants, "service.restart", {Map{{"__kwarg__", true}, {"name", "ssh"}}}));
  CHECK_FALSE(may(grants, "service.restart", {"nginx", Map{{"__kwarg__", true}, {"no_block", true}}}));
}

TEST_CASE("A keyword argument is one in whatever form it comes") {
  const auto grants = of("  - cmd.run:\n      args: ['uptime( -p)?']\n      kwargs: {timeout: '[0-9]{1,2}'}\n");
  const auto kwargs = [](Map map) {
    map.set("__kwarg__", true);
    return Value(std::move(map));
  };
  CHECK(may(grants, "cmd.run", {"uptime", kwargs({{"timeout", 5}})}));
  CHECK(may(grants, "cmd.run", {"uptime -p", "timeout=5"}));
  CHECK(may(grants, "cmd.run", {kwargs({{"timeout", 5}}), "uptime"}));
  CHECK_FALSE(may(grants, "cmd.run", {"uptime"}));  // the rule asks for a time limit
  CHECK_FALSE(may(grants, "cmd.run", {"uptime", kwargs({{"timeout", 500}})}));
  CHECK_FALSE(may(grants, "cmd.run", {"uptime", kwargs({{"timeout", 5}, {"runas", "root"}})}));
  CHECK_FALSE(may(grants, "cmd.run", {"uptime", "timeout=5", "runas=root"}));
  CHECK_FALSE(may(grants, "cmd.run", {"cmd=reboot", "timeout=5"}));
  // Not marked true: a minion takes the map as a plain argument, and so do we.
  CHECK_FALSE(may(grants, "cmd.run", {Map{{"__kwarg__", false}, {"timeout", 5}}, "timeout=5"}));
}

TEST_CASE("Rules for the master's own functions are rules for nothing else") {
  const auto grants = of("  - '@runner'\n  - '@jobs': [list_jobs]\n  - '@wheel': [key.list]\n");
  REQUIRE(grants.size() == 3);
  CHECK_FALSE(may(grants, "jobs.list_jobs"));
  CHECK(grants[0].kind == GrantKind::runner);
  CHECK(grants[0].allows({"state.orchestrate", {}}));
  CHECK(grants[1].kind == GrantKind::runner);
  CHECK(grants[1].allows({"jobs.list_jobs", {}}));
  CHECK_FALSE(grants[1].allows({"jobs.kill", {}}));
  CHECK(grants[2].kind == GrantKind::wheel);
  CHECK(grants[2].names("key.list"));
  CHECK_FALSE(grants[2].names("key.accept"));
  CHECK(of("  - '@key'\n")[0].kind == GrantKind::wheel);
}

TEST_CASE("external_auth: pam counts, others do not") {
  const Rights rights({.publisher_acl = {},
                       .publisher_acl_blacklist = {},
                       .external_auth = yaml("pam:\n  alice: [test.ping]\nldap:\n  bob: ['.*']\n"),
                       .nodegroups = {}});
  CHECK(may(rights.grants({"alice", {}}), "test.ping"));
  CHECK(rights.grants({"bob", {}}).empty());
}

TEST_CASE("A target that minions decide about is no rule; nodegroups of ids are") {
  for (const char* target : {"G@role:web", "web* and P@os:.*", "I@team:web", "S@192.0.2.0/24", "( G@a:b or web* )", "G|@a|b"}) {
    CAPTURE(target);
    CHECK_THROWS_WITH(of("  - '" + std::string(target) + "': [test.ping]\n"), Catch::Contains("say of themselves"));
  }
  const auto with_group = [](const std::string& group) {
    return Rights({.publisher_acl = yaml("alice: [{'N@front': [test.ping]}]"), .publisher_acl_blacklist = {}, .external_auth = {},
                   .nodegroups = {{"front", group}}});
  };
  CHECK(may(with_group("web* or L@db1").grants({"alice", {}}), "test.ping", {}, "db1"));
  CHECK_THROWS_WITH(with_group("G@role:web"), Catch::Contains("say of themselves"));
  CHECK_THROWS_WITH(of("  - 'N@nope': [test.ping]\n"), Catch::Contains("nope") && Catch::Contains("publisher_acl alice"));
}

TEST_CASE("What is no rule is an error that names the user") {
  for (const char* entries : {"  - {}\n", "  - {web*: []}\n", "  - {a: [x], b: [y]}\n", "  - cmd.run: {arg: [x]}\n", "  - 5\n",
                              "  - cmd.run: {args: [5]}\n"}) {
    CAPTURE(entries);
    CHECK_THROWS_WITH(of(entries), Catch::Contains("publisher_acl alice"));
  }
}

TEST_CASE("What is forbidden is forbidden in the widest reading, to every function of a call") {
  const Rights rights({.publisher_acl = {},
                       .publisher_acl_blacklist = yaml("users: [root, '^(?!sudo_).*$']\nmodules: ['cmd', 'test\\.arg']\n"),
                       .external_auth = {},
                       .nodegroups = {}});
  CHECK_NOTHROW(rights.check_denials("sudo_alice", "test.ping"));
  CHECK_THROWS_WITH(rights.check_denials("root", "test.ping"), Catch::Contains("'root' may not"));
  CHECK_THROWS_WITH(rights.check_denials("bob", "test.ping"), Catch::Contains("'bob' may not"));
  CHECK_THROWS_WITH(rights.check_denials("sudo_alice", "cmd.run"), Catch::Contains("cmd.run"));
  CHECK_THROWS_WITH(rights.check_denials("sudo_alice", List{"test.ping", "cmd.shell"}), Catch::Contains("cmd.shell"));
}

TEST_CASE("A user's groups are the system's") {
  const auto root = user_of("root", 0);
  CHECK(root.name == "root");
  CHECK(root.groups.contains("root"));
  CHECK(user_of("no such user", 0).groups == std::set<std::string>{"root"});
}
