// The built-in external pillars, on a machine in memory.
#include "pillar/external/externals.h"

#include <catch2/catch.hpp>
#include <map>

#include "common/base/error.h"
#include "common/data/json.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::pillar;

namespace {

// consul.* with answers of a test.
struct Consul : render::FunctionTable {
  bool is_ready = true;
  Value acl;
  std::vector<std::string> calls;
  std::map<std::string, render::Function, std::less<>> functions;

  Consul() {
    add("consul.cluster_ready", [this] { return Value(is_ready); });
    add("consul.get_acl_by_name", [this] { return acl; });
    add("consul.create_acl", [] { return Value(Map{{"ID", "new"}}); });
    add("consul.update_acl", [] { return Value(); });
  }
  void add(const std::string& name, std::function<Value()> answer) {
    functions[name] = [this, name, answer](const std::vector<Value>& positional, const Map&) {
      calls.push_back(name + to_json(Value(List(positional))));
      return answer();
    };
  }
  const render::Function* find(std::string_view name) const override {
    const auto at = functions.find(name);
    return at == functions.end() ? nullptr : &at->second;
  }
  std::vector<std::string> names() const override { return {}; }
};

struct World {
  FakeHost host;
  Consul consul;
  target::Nodegroups nodegroups;

  Map run(const std::string& name, const Value& arguments, Map& pillar, const std::string& id = "web1.nyc1.psf.io") {
    const auto externals =
        externals_from(List{Map{{name, arguments}}}, {.host = host, .nodegroups = nodegroups, .functions = &consul});
    REQUIRE(externals.size() == 1);
    return externals[0].run({.minion_id = id}, pillar);
  }
  std::string json(const std::string& name, const Value& arguments, Map pillar = {}) {
    return to_json(run(name, arguments, pillar));
  }
};

Map backup(bool is_server) {
  return {{"backup",
           Map{{"server", is_server},
               {"directories", Map{{"docs", Map{{"target_user", "docs"}}}, {"www", Map{{"target_user", "docs"}}}}}}}};
}

Map consul_pillar_data() {
  return {{"roles", Map{{"consul", Map{{"pattern", "web*"}}}}},
          {"dc", "nyc1"},
          {"consul", Map{{"acl", Map{{"dc", "nyc1"}}}}}};
}
const Map consul_arguments{{"key_path", "/var/lib/consul/keys/primary.key"}, {"acl_path", "/var/lib/consul/acl/"}};

}  // namespace

TEST_CASE("The first data centre whose pattern means the minion counts") {
  World world;
  const Map mapping{{"db*", "ams1"}, {"*.nyc1.psf.io", "nyc1"}, {"*", "last"}};
  CHECK(world.json("dc", mapping) == R"({"dc": "nyc1"})");
  CHECK(world.json("dc", Map{{"db*", "ams1"}}) == "{}");
  CHECK_THROWS_AS(world.json("dc", Map{{"( and", "x"}}), Error);
}

TEST_CASE("Backup keys that are there are given to a client, public and private") {
  World world;
  world.host.add_directory("/etc/backup_keys", 0700);
  world.host.files["/etc/backup_keys/docs"] = "secret";
  world.host.files["/etc/backup_keys/docs.pub"] = "public\n";
  CHECK(world.json("backup_ssh", Map{}, backup(false)) ==
        R"({"backup_keys": {"docs": {"public": "public\n", "private": "secret"}}})");
  CHECK(world.host.ran.empty());
}

TEST_CASE("The backup server gets public keys alone, and its directories are moved") {
  World world;
  world.host.add_directory("/etc/backup_keys", 0700);
  world.host.files["/etc/backup_keys/docs"] = "secret";
  world.host.files["/etc/backup_keys/docs.pub"] = "public\n";
  auto pillar = backup(true);
  CHECK(to_json(world.run("backup_ssh", Map{}, pillar)) == R"({"backup_keys": {"docs": {"public": "public\n"}}})");
  CHECK_FALSE(pillar.find("backup")->find("directories"));
  CHECK(pillar.find("backup_directories")->find("www"));
}

TEST_CASE("Missing backup keys are made without a shell and without a passphrase") {
  World world;
  world.host.add_directory("/srv");
  world.host.programs["ssh-keygen"] = [&](const Command& command) {
    if (command.argv[1] == "-y") return FakeHost::result(0, "derived\n");
    world.host.files[command.argv.back()] = "made";
    return FakeHost::result(0);
  };
  CHECK(world.json("backup_ssh", Map{{"base_path", "/srv/keys/"}}, backup(false)) ==
        R"({"backup_keys": {"docs": {"public": "derived\n", "private": "made"}}})");
  REQUIRE(world.host.ran.size() == 2);
  CHECK(world.host.ran[0] ==
        Argv{"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "docs@backup", "-f", "/srv/keys/docs"});
}

TEST_CASE("A backup user that is no plain name is refused") {
  for (const auto* user : {"../../root/.ssh/id", "-x", "", ".", "a b", "a/b"}) {
    World world;
    world.host.add_directory("/etc/backup_keys", 0700);
    const Map pillar{{"backup", Map{{"directories", Map{{"d", Map{{"target_user", user}}}}}}}};
    CHECK_THROWS_WITH(world.json("backup_ssh", Map{}, pillar), Catch::Contains("target_user"));
    CHECK(world.host.ran.empty());
  }
}

TEST_CASE("Consul's key and master token are made once, for their owner alone") {
  World world;
  world.host.add_directory("/var/lib");
  world.consul.is_ready = false;
  const auto first = world.json("consul", consul_arguments, consul_pillar_data());
  CHECK(first == world.json("consul", consul_arguments, consul_pillar_data()));
  CHECK(world.host.status("/var/lib/consul/keys/primary.key")->mode == 0600);
  CHECK(world.host.status("/var/lib/consul/acl/__master__")->mode == 0600);
  const auto token = world.host.read_file("/var/lib/consul/acl/__master__");
  CHECK(token.size() == 36);
  CHECK(token[14] == '4');
  CHECK(first.find(token) != std::string::npos);
  CHECK(first.find("default") == std::string::npos);
}

TEST_CASE("A minion's token is made, or brought up to date, when the cluster is ready") {
  World world;
  world.host.add_directory("/var/lib/consul/acl");
  world.host.add_directory("/var/lib/consul/keys");
  world.host.files["/var/lib/consul/acl/__master__"] = "mt";
  world.host.files["/var/lib/consul/keys/primary.key"] = "k";
  auto pillar = consul_pillar_data();
  pillar.set("dc", "ams1");  // a server elsewhere gets no master token
  CHECK(world.json("consul", consul_arguments, pillar) ==
        R"({"consul": {"acl": {"tokens": {"default": "new"}}, "encryption": {"key": "k"}}})");
  REQUIRE(world.consul.calls.size() == 3);
  CHECK(world.consul.calls[1] == R"(consul.get_acl_by_name["mt", "web1.nyc1.psf.io/default"])");
  CHECK(world.consul.calls[2].find("consul.create_acl") == 0);

  world.consul.acl = Map{{"ID", "old"}};
  CHECK(world.json("consul", consul_arguments, pillar).find(R"("default": "old")") != std::string::npos);
  CHECK(world.consul.calls.back().find("consul.update_acl") == 0);
}

TEST_CASE("Consul without what it needs says what is missing") {
  World world;
  world.host.add_directory("/var/lib");
  CHECK_THROWS_WITH(world.json("consul", consul_arguments), Catch::Contains("'roles:consul:pattern'"));
  auto pillar = consul_pillar_data();
  pillar.erase(Value("dc"));
  CHECK_THROWS_WITH(world.json("consul", consul_arguments, pillar), Catch::Contains("no 'dc'"));
  CHECK_THROWS_WITH(world.json("consul", Map{{"key_path", "/k"}}), Catch::Contains("acl_path"));
}

TEST_CASE("A program's output is the pillar, and no shell sees the minion's id") {
  World world;
  world.host.programs["facts"] = [](const Command& command) {
    return FakeHost::result(0, "{\"id\": \"" + command.argv.back() + "\"}");
  };
  Map pillar;
  CHECK(to_json(world.run("cmd_json", List{"facts", "--id", "%s"}, pillar, "web1;id")) == R"({"id": "web1;id"})");
  CHECK(world.host.ran.back() == Argv{"facts", "--id", "web1;id"});
  CHECK(world.json("cmd_yaml", "facts %s") == R"({"id": "web1.nyc1.psf.io"})");
}

TEST_CASE("A program that fails, or prints something else, is an error") {
  World world;
  world.host.programs["facts"] = [](const Command&) { return FakeHost::result(3, "{}"); };
  CHECK_THROWS_WITH(world.json("cmd_json", "facts"), Catch::Contains("ended with code 3"));
  world.host.programs["facts"] = [](const Command&) { return FakeHost::result(0, "[1]"); };
  CHECK_THROWS_WITH(world.json("cmd_json", "facts"), Catch::Contains("must be a map"));
  world.host.programs["facts"] = [](const Command&) { return FakeHost::result(0, "nonsense {"); };
  CHECK_THROWS_AS(world.json("cmd_json", "facts"), Error);
  for (const auto& command : {Value(""), Value(List{}), Value(List{"%s"}), Value(5)})
    CHECK_THROWS_AS(world.json("cmd_json", command), Error);
}

TEST_CASE("An unknown external pillar is refused with the nearest name, and git is left to the service") {
  World world;
  CHECK_THROWS_WITH(world.json("cmd_jsn", "x"), Catch::Contains("did you mean 'cmd_json'"));
  const Value configured = List{Map{{"git", List{"main /srv/x"}}}, Map{{"dc", Map{}}}};
  CHECK(externals_from(configured, {.host = world.host, .nodegroups = world.nodegroups}).size() == 1);
  CHECK_THROWS_AS(externals_from(Value("dc"), {.host = world.host, .nodegroups = world.nodegroups}), Error);
}
