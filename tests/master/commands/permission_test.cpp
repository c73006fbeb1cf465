// What an operator with some rights can do with them, and what not.
#include "master/commands/permission.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "common/data/yaml.h"
#include "master/commands/commands.h"
#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;

namespace {

class NoEvents : public wire::ControlEvents {
 public:
  Task<void> send(Value) override { co_return; }
  bool is_gone() const override { return false; }
};

struct World {
  explicit World(const std::string& entries) {
    const Map acl = from_yaml("alice:\n" + entries, "test").as_map();
    grants = Rights({.publisher_acl = acl, .publisher_acl_blacklist = {}, .external_auth = {}, .nodegroups = {}}).grants({"alice", {}});
    static const auto key = crypto::PrivateKey::generate(2048);
    for (const char* id : {"db1", "web1", "web2"})
      await(loop, store->put_key({id, KeyState::accepted, key.public_key().pem(), "", 0}, {}, {}));
    await(loop, store->put_key({"web3", KeyState::pending, key.public_key().pem(), "", 0}, {}, {}));
    await(loop, store->put_key({"db2", KeyState::pending, key.public_key().pem(), "", 0}, {}, {}));
    await(loop, store->put_facts({"db1", {{"role", "web"}}, {}, "1"}));
    await(loop, keyring.load());
    add_key_commands(commands, keyring, key);
  }

  Operator alice() {
    Operator who{{.uid = ::geteuid() + 1, .gid = 1, .pid = 1, .user = "alice"}, events, grants};
    return who;
  }
  // The minions that the request is narrowed to.
  Value target(Value fun, Value tgt, List arg = {}, std::string type = "glob") {
    wire::PublishJob job;
    job.fun = std::move(fun);
    job.tgt = std::move(tgt);
    job.arg = std::move(arg);
    job.tgt_type = std::move(type);
    const auto permit = await(loop, permitted(alice(), targets, job));
    CHECK(permit.tgt_type == "list");
    return permit.tgt;
  }
  Value key(const std::string& command, List match) { return await(loop, commands.run(alice(), command, {{"match", match}})); }

  wire::Loop loop;
  FakeHost host;
  NoEvents events;
  wire::Workers workers{loop, {.name = "test", .threads = 1}};
  std::unique_ptr<Store> store = make_sqlite_store(loop, ":memory:");
  EventBus bus{loop, host};
  Keyring keyring{{loop, workers, *store, host, bus, [] {}}, {}};
  RangeServer ranges{"", host, workers};
  Targets targets{keyring, *store, {}, ranges};
  OperatorCommands commands;
  Grants grants;
};

}  // namespace

TEST_CASE("A target becomes the list of minions that was judged") {
  World world("  - 'web*': [test.ping]\n");
  CHECK(world.target("test.ping", "web*") == Value(List{"web1", "web2"}));
  CHECK(world.target("test.ping", "E@web[12]", {}, "compound") == Value(List{"web1", "web2"}));
}

TEST_CASE("A target that means one minion too many is refused whole") {
  World world("  - 'web*': [test.ping]\n  - 'db1': [grains.items]\n");
  CHECK_THROWS_WITH(world.target("test.ping", "*"), Catch::Contains("may not run test.ping") && Catch::Contains("db1"));
  CHECK_THROWS_WITH(world.target("test.ping", "web1,db1", {}, "list"), Catch::Contains("db1"));
  // A minion that says it is a web server does not become one.
  CHECK_THROWS_WITH(world.target("test.ping", "role:web", {}, "grain"), Catch::Contains("db1"));
  CHECK_THROWS_WITH(world.target("test.ping", "web* or G@role:web", {}, "compound"), Catch::Contains("db1"));
  CHECK_THROWS_WITH(world.target("test.ping", "not web*", {}, "compound"), Catch::Contains("db1"));
}

TEST_CASE("Different rules may allow one call on different minions") {
  World world("  - 'web*': [test.ping]\n  - 'db1': ['test.*']\n");
  CHECK(world.target("test.ping", "*") == Value(List{"db1", "web1", "web2"}));
  CHECK_THROWS_WITH(world.target("test.arg", "*", {"x"}), Catch::Contains("web1, web2"));
}

TEST_CASE("An empty target is no permission") {
  World world("  - 'web*': [test.ping]\n");
  for (Value target : {Value("zzz*"), Value("")}) CHECK_THROWS_AS(world.target("test.ping", target), Error);
  CHECK_THROWS_AS(world.target("test.ping", List{}, {}, "list"), Error);
  CHECK_THROWS_AS(world.target("test.ping", "web* and db*", {}, "compound"), Error);
  CHECK_THROWS_AS(world.target("test.ping", "web* and (", {}, "compound"), Error);
  // Named but unknown: it might be accepted before the job is sent, so it is judged as well.
  CHECK_THROWS_WITH(world.target("test.ping", "web1,db9", {}, "list"), Catch::Contains("db9"));
}

TEST_CASE("Every function of a call must be allowed, with its own arguments") {
  World world("  - test.ping\n  - test.arg: {args: ['a+']}\n");
  CHECK(world.target(List{"test.ping", "test.arg"}, "web1", {List{}, List{"aa"}}) == Value(List{"web1"}));
  CHECK_THROWS_WITH(world.target(List{"test.ping", "cmd.run"}, "web1", {List{}, List{"id"}}), Catch::Contains("cmd.run"));
  CHECK_THROWS_WITH(world.target(List{"saltutil.find_job", "cmd.run"}, "web1", {List{"1"}, List{"id"}}), Catch::Contains("saltutil.find_job"));
  CHECK_THROWS_WITH(world.target(List{"test.ping", "test.arg"}, "web1", {List{"aa"}, List{"b"}}), Catch::Contains("test.arg"));
  CHECK_THROWS_WITH(world.target(List{"test.ping", "test.arg"}, "web1", {List{}}), Catch::Contains("test.arg"));
  CHECK_THROWS_AS(world.target(List{"test.ping"}, "web1", {List{}, List{"aa"}}), Error);
  CHECK_THROWS_AS(world.target(5, "web1"), Error);
  CHECK_THROWS_AS(world.target(List{}, "web1", {List{}}), Error);
}

TEST_CASE("Returners are for root") {
  World world("  - '.*'\n");
  wire::PublishJob job;
  job.fun = "test.ping";
  job.tgt = "*";
  job.ret = "sqlite";
  CHECK_THROWS_WITH(await(world.loop, permitted(world.alice(), world.targets, job)), Catch::Contains("returners"));
}

TEST_CASE("Rights on minions are none on the master") {
  World world("  - '.*'\n");
  CHECK_THROWS_WITH(check_runner(world.alice(), {"jobs.list_jobs", {}, {}}), Catch::Contains("jobs.list_jobs"));
  CHECK_THROWS_WITH(world.key("key.accept", {"web3"}), Catch::Contains("key.accept"));
  CHECK_THROWS_WITH(world.key("key.list", {}), Catch::Contains("key.list"));
}

TEST_CASE("A runner's arguments are held to their patterns, however they are given") {
  World world("  - '@runner':\n      - state.orchestrate: {args: ['deploy(\\.[a-z]+)?'], kwargs: {pillar: null}}\n");
  CHECK_NOTHROW(check_runner(world.alice(), {"state.orchestrate", {"deploy.web"}, {{"pillar", Map{}}}}));
  CHECK_THROWS(check_runner(world.alice(), {"state.orchestrate", {"destroy"}, {}}));
  CHECK_THROWS(check_runner(world.alice(), {"state.orchestrate", {"deploy"}, {{"saltenv", "dev"}}}));
  CHECK_THROWS(check_runner(world.alice(), {"state.orchestrate", {}, {{"mods", "destroy"}}}));
}

TEST_CASE("Keys are decided about one by one, and all or none") {
  World world("  - '@wheel':\n      - key.accept: {args: ['web.*']}\n      - key.list: {args: ['web.*']}\n");
  // A pattern is not judged by its text, but by what it means.
  CHECK_THROWS_WITH(world.key("key.accept", {"*"}), Catch::Contains("'db2'"));
  CHECK_FALSE(world.keyring.is_accepted("web3"));
  CHECK_THROWS_WITH(world.key("key.delete", {"web1"}), Catch::Contains("key.delete"));
  const Value listed = world.key("key.list", {});
  CHECK(listed.find("keys")->as_list().size() == 3);  // web1, web2, web3
  world.key("key.accept", {"w*"});
  CHECK(world.keyring.is_accepted("web3"));
  const auto audit = await(world.loop, world.store->audit({}));
  REQUIRE(audit.size() == 1);
  CHECK(audit[0].who.user == "alice");
  CHECK(audit[0].act == "key.accept");
  CHECK(audit[0].on_whom == "web3");
}

TEST_CASE("Only what rights allow to be seen is seen") {
  World world("  - 'web*': [test.ping]\n");
  CHECK(visible(world.alice(), {"db1", "web1"}) == std::vector<std::string>{"web1"});
}
