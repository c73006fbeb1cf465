// Minions that give orders: what peer and peer_run allow, and nothing else.
#include "master/commands/peer.h"

#include <catch2/catch.hpp>

#include "common/data/yaml.h"
#include "master/store/sqlite_store.h"
#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;

namespace {

struct Text {
  std::string text;

  static const Schema<Text>& schema() {
    static const auto schema = Schema<Text>().optional(&Text::text, "text", "Anything.");
    return schema;
  }
};

Task<wire::RunnerResult> echo(Text given) {
  wire::RunnerResult result;
  result.value = given.text;
  co_return result;
}

struct World {
  explicit World(const std::string& options) {
    static const auto key = crypto::PrivateKey::generate(2048).public_key();
    for (const char* id : {"db1", "web1", "web2"}) await(loop, store->put_key({id, KeyState::accepted, key.pem(), "", 0}, {}, {}));
    await(loop, keyring.load());
    runners.add(Runner<Text>{"test.echo", "Gives the text.", [](Text given, RunnerCaller) { return echo(std::move(given)); }});
    const Map map = from_yaml(options, "test").as_map();
    if (const Value* peer = map.find("peer")) settings.peer = peer->as_map();
    if (const Value* peer_run = map.find("peer_run")) settings.peer_run = peer_run->as_map();
    add_peer_commands(commands, settings, {jobs, targets, *store, desk, runners, audit});
  }

  Value ask(const std::string& id, const std::string& command, Map load) {
    return await(loop, commands.run({.id = id, .level = 3, .is_proven = true, .peer_address = ""}, command, std::move(load)));
  }
  Value order(const std::string& id, const std::string& fun, Value tgt, Map more = {}) {
    more.set("fun", fun);
    more.set("tgt", std::move(tgt));
    return ask(id, "minion_pub", std::move(more));
  }
  void answer(const std::string& id, const std::string& jid, Value value) {
    wire::ReturnLoad load;
    load.jid = jid;
    load.fun = "test.ping";
    load.value = std::move(value);
    load.success = true;
    await(loop, jobs.take_return(id, load));
  }
  Task<void> deliver(Map load) {
    published.push_back(std::move(load));
    co_return;
  }

  wire::Loop loop;
  FakeHost host;
  wire::Workers workers{loop, {.name = "test", .threads = 1}};
  std::unique_ptr<Store> store = make_sqlite_store(loop, ":memory:");
  EventBus events{loop, host};
  Keyring keyring{{loop, workers, *store, host, events, [] {}}, {}};
  RangeServer ranges{"", host, workers};
  Targets targets{keyring, *store, {}, ranges};
  wire::Listeners listeners;
  Presence presence{listeners, host};
  Served served;
  Rights rights;
  std::vector<Map> published;
  JobBoard jobs{{loop, host, *store, events, targets, presence, served, [this](Map load, std::vector<std::string>) { return deliver(std::move(load)); }, rights}, {}};
  AuditTrail audit{*store, host};
  RunnerDesk desk{{loop, host, *store, events, jobs, audit, "boss"}};
  RunnerTable runners;
  MasterSettings settings;
  MinionCommands commands;
};

constexpr const char* some_rules = "peer:\n  'web*':\n  - 'web*': ['test.*', test.arg: {args: ['[a-z]+']}]\n  - db1: [test.ping]\n";

}  // namespace

TEST_CASE("without the options there are no orders of minions") {
  CHECK(World("{}").commands.list().empty());
  CHECK(World("peer: {web1: [test.ping]}").commands.list().size() == 2);
  CHECK(World("peer_run: {web1: [test.echo]}").commands.list().size() == 1);
}

TEST_CASE("an order that a rule allows becomes a job, and its answers go to the minion that gave it alone") {
  World world(some_rules);
  const Value job = world.order("web1", "test.ping", "*", {{"arg", List{}}, {"ret", ""}, {"tmo", 5}, {"form", "clean"}});
  REQUIRE(world.published.size() == 1);
  CHECK(world.published[0].at("tgt") == Value(List{"db1", "web1", "web2"}));
  CHECK(world.published[0].at("user") == Value("minion web1"));
  CHECK(*job.find("minions") == Value(List{"db1", "web1", "web2"}));
  const std::string jid = job.find("jid")->as_string();
  world.answer("db1", jid, true);
  CHECK(world.ask("web1", "pub_ret", {{"jid", jid}}) == Value(Map{{"db1", Map{{"ret", true}}}}));
  CHECK_THROWS_WITH(world.ask("web2", "pub_ret", {{"jid", jid}}), Catch::Contains("has no job"));
  AuditFilter all;
  const auto record = await(world.loop, world.store->audit(all));
  REQUIRE(record.size() == 1);
  CHECK(record[0].who.user == "minion web1");
  CHECK(record[0].act == "job.publish");
}

TEST_CASE("texts among the arguments are read as on a command line, and judged so") {
  World world("peer:\n  web1:\n  - test.arg: {args: ['[0-9]+'], kwargs: {a: 'True'}}\n");
  world.order("web1", "test.arg", "db1", {{"arg", List{"17", "a=true"}}});
  REQUIRE(world.published.size() == 1);
  CHECK(world.published[0].at("arg") == Value(List{17, Map{{"__kwarg__", true}, {"a", true}}}));
  CHECK_THROWS_WITH(world.order("web1", "test.arg", "db1", {{"arg", List{"17", "b=true"}}}), Catch::Contains("with these arguments"));
}

TEST_CASE("what no rule allows is refused, and stands on record") {
  World world(some_rules);
  CHECK_THROWS_WITH(world.order("db1", "test.ping", "*"), Catch::Contains("may not run test.ping"));
  CHECK_THROWS_WITH(world.order("web1", "cmd.run", "web2"), Catch::Contains("may not run cmd.run on web2"));
  CHECK_THROWS_WITH(world.order("web1", "test.echo", "*"), Catch::Contains("on db1"));
  CHECK_THROWS_WITH(world.order("web1", "test.ping", "web2", {{"ret", "file"}}), Catch::Contains("may not name returners"));
  CHECK_THROWS_WITH(world.order("web1", "publish.publish", "web2"), Catch::Contains("may not have others run"));
  CHECK_THROWS_WITH(world.order("web1", "test.ping,cmd.run", "web2"), Catch::Contains("may not have others run"));
  CHECK_THROWS_WITH(world.order("web1", "test.ping", "I@role:db", {{"tgt_type", "compound"}}), Catch::Contains("may not search in pillars"));
  CHECK_THROWS_WITH(world.order("web1", "test.ping", "%all", {{"tgt_type", "range"}}), Catch::Contains("range server"));
  CHECK_THROWS_WITH(world.order("web1", "test.ping", "nosuch"), Catch::Contains("no minion matches"));
  CHECK(world.published.empty());
  AuditFilter refused;
  refused.only_refused = true;
  const auto record = await(world.loop, world.store->audit(refused));
  REQUIRE(record.size() == 8);
  CHECK(record[0].act == "minion_pub");
  CHECK(record[0].who.user == "minion db1");
  CHECK(record[0].on_whom == "*");
}

TEST_CASE("one minion can't fill the table of running jobs") {
  World world(some_rules);
  for (int i = 0; i < 16; ++i) world.order("web1", "test.ping", "web2");
  CHECK_THROWS_WITH(world.order("web1", "test.ping", "web2"), Catch::Contains("16 jobs running"));
  world.order("web2", "test.ping", "web1");
}

TEST_CASE("peer_run allows functions of the master, and those alone") {
  World world("peer_run:\n  web1: [test.echo: {args: ['[a-z]+']}]\n");
  CHECK(world.ask("web1", "minion_runner", {{"fun", "test.echo"}, {"arg", List{"hello"}}}) == Value("hello"));
  CHECK_THROWS_WITH(world.ask("web1", "minion_runner", {{"fun", "test.echo"}, {"arg", List{"HELLO"}}}), Catch::Contains("with these arguments"));
  CHECK_THROWS_WITH(world.ask("web1", "minion_runner", {{"fun", "jobs.active"}}), Catch::Contains("may not run jobs.active"));
  CHECK_THROWS_WITH(world.ask("web2", "minion_runner", {{"fun", "test.echo"}}), Catch::Contains("may not run test.echo"));
}

TEST_CASE("rules that are none are told with the option that has them") {
  CHECK_THROWS_WITH(World("peer: {web1: {a: 1}}"), Catch::Contains("option peer,"));
  CHECK_THROWS_WITH(World("peer_run: {web1: 17}"), Catch::Contains("option peer_run"));
}
