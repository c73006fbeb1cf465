// Functions of the master as jobs, and the reactor, in a whole master.
#include <catch2/catch.hpp>

#include "common/wire/messages/event.h"
#include "tests/master/support/fleet.h"

using namespace halite;
using namespace halite::master;
using Catch::Contains;

namespace {

wire::RunFunction function(const std::string& fun, List arg = {}, bool wait = true) {
  wire::RunFunction call;
  call.fun = fun;
  call.arg = std::move(arg);
  call.wait = wait;
  return call;
}

std::string start(Fleet& fleet, const std::string& fun, List arg) {
  return fleet.call("runner.run", wire::encode_message(function(fun, std::move(arg), false))).find("jid")->as_string();
}

// Calls until the test says yes; the fleet's loop runs meanwhile.
bool comes_true(Fleet& fleet, const std::function<bool(Fleet&)>& test) {
  for (int i = 0; i < 200; ++i)
    if (test(fleet)) return true;
  return false;
}

bool has_ended(Fleet& fleet, const std::string& jid) {
  const Value active = fleet.run("jobs.active");
  return !active.find(jid);
}

Map jobs_of_reactor(Fleet& fleet) {
  const auto call = fleet.call("runner.run", {{"fun", "jobs.list_jobs"}, {"kwarg", Map{{"search_user", "Reactor"}}}});
  return call.find("return")->as_map();
}

void send(Fleet& fleet, const std::string& tag, Map data) {
  const wire::Event event{tag, std::move(data)};
  fleet.call("event.send", wire::encode_message(event));
}

}  // namespace

TEST_CASE("the first thing that a caller hears is the job id") {
  Place place;
  Fleet fleet(place);
  std::vector<Value> events;
  const Value result = fleet.call("runner.run", wire::encode_message(function("test.arg", {1})), &events);
  REQUIRE(events.size() == 1);
  CHECK(*events[0].find("jid") == *result.find("jid"));
  CHECK(result.find("jid")->as_string().size() == 20);
}

TEST_CASE("what nobody waits for is looked up by its job id, with its failure") {
  Place place;
  Fleet fleet(place);
  const std::string jid = start(fleet, "test.arg", {"hello"});
  REQUIRE(comes_true(fleet, [&](Fleet& one) { return has_ended(one, jid); }));
  CHECK(*fleet.run("jobs.lookup_jid", {jid}).find("args") == Value(List{"hello"}));
  const std::string failing = start(fleet, "error.error", {"Oops", "it broke"});
  REQUIRE(comes_true(fleet, [&](Fleet& one) { return has_ended(one, failing); }));
  CHECK_THAT(fleet.run("jobs.lookup_jid", {failing}).as_string(), Contains("Oops: it broke"));
  CHECK_THROWS_WITH(start(fleet, "test.argh", {}), Contains("did you mean 'test.arg'"));
}

TEST_CASE("what only looks leaves no record, what acts does") {
  Place place;
  Fleet fleet(place);
  fleet.run("manage.versions");
  CHECK(fleet.run("jobs.list_jobs").as_map().empty());
  fleet.run("event.send", {"site/x"});
  CHECK(fleet.run("jobs.list_jobs").as_map().size() == 1);
}

TEST_CASE("no minion returns for a function of the master, not even one with the master's name") {
  Place place;
  auto settings = place.settings();
  settings.id = "boss";
  Fleet fleet(place, settings);
  Minion minion(fleet, "boss", 0);
  minion.enrol();
  accept(fleet, "boss");
  REQUIRE(minion.enrol() == wire::AuthOutcome::accepted);
  const std::string jid = start(fleet, "test.sleep", {60});
  minion.ask("_return", {{"jid", jid}, {"fun", "test.ping"}, {"return", "forged"}, {"retcode", 0}, {"success", true}});
  CHECK(fleet.run("jobs.lookup_jid", {jid}) == Value(Map{}));
}

TEST_CASE("a function that a restart of the master cuts off is interrupted") {
  Place place;
  std::string jid;
  {
    Fleet fleet(place);
    jid = start(fleet, "test.sleep", {600});
  }
  Fleet fleet(place);
  const Value job = fleet.run("jobs.list_job", {jid});
  CHECK(*job.find("Result")->as_map().begin()->value.find("outcome") == Value("interrupted"));
  CHECK(has_ended(fleet, jid));
}

TEST_CASE("only a process of an orchestration may speak for one") {
  Place place;
  Fleet fleet(place);
  CHECK_THROWS_WITH(fleet.call("orchestration.take", {}), Contains("is no orchestration of this master"));
  CHECK_THROWS_WITH(fleet.call("orchestration.say", {{"text", "x"}}), Contains("is no orchestration"));
  CHECK_THROWS_WITH(fleet.call("orchestration.result", {}), Contains("is no orchestration"));
}

TEST_CASE("wheel functions decide about keys, and forget no secret") {
  Place place;
  Fleet fleet(place);
  Minion minion(fleet, "web1", 0);
  minion.enrol();
  const auto wheel = [&](const std::string& fun, Map kwarg) {
    return fleet.call("wheel.run", {{"fun", fun}, {"kwarg", std::move(kwarg)}}).find("return")->as_map();
  };
  CHECK(wheel("key.list", {{"match", "pre"}}) == Map{{"minions_pre", List{"web1"}}});
  CHECK(wheel("key.accept", {{"match", "web*"}}) == Map{{"minions", List{"web1"}}});
  CHECK(wheel("key.finger", {{"match", "web1"}}).at("minions").find("web1")->as_string() == some_key(0).public_key().fingerprint());
  CHECK(*wheel("key.list_all", {}).find("minions") == Value(List{"web1"}));
  CHECK(wheel("key.gen_accept", {{"id_", "web1"}}).empty());
  CHECK(wheel("key.gen_accept", {{"id_", "web9"}}).contains("priv"));
  CHECK(wheel("key.delete", {{"match", "web*"}}).empty());
  CHECK_FALSE(wheel("config.values", {}).contains("gitfs_password"));
  CHECK_THROWS_WITH(wheel("key.list", {{"match", "some"}}), Contains("there is no class 'some'"));
  CHECK_THROWS_WITH(wheel("key.accept", {}), Contains("match"));
}

TEST_CASE("an event leads to what its SLS file says, once") {
  Place place;
  place.write("srv/reactor/up.sls", "tell:\n  runner.event.send:\n    - tag: site/done\n    - data:\n        who: {{ data.who | tojson }}\n");
  auto settings = place.settings();
  settings.reactor = {Map{{"site/up", List{"salt://reactor/up.sls"}}}, Map{{"site/done", List{"salt://reactor/missing.sls"}}}};
  Fleet fleet(place, settings);
  send(fleet, "site/up", {{"who", "a\n- b: c"}});
  REQUIRE(comes_true(fleet, [](Fleet& one) { return jobs_of_reactor(one).size() == 1; }));
  const Map jobs = jobs_of_reactor(fleet);
  const Value& job = jobs.begin()->value;
  CHECK(*job.find("Function") == Value("runner.event.send"));
  CHECK(*job.find("Arguments")->as_list().at(0).find("data") == Value(Map{{"who", "a\n- b: c"}}));
}

TEST_CASE("a file that fails stops no other, and a loop of the reactor's own errors does not begin") {
  Place place;
  place.write("srv/good.sls", "tell:\n  runner.event.send:\n    - tag: other/thing\n");
  place.write("srv/bad.sls", "tell: {{ nothing.at.all }}\n");
  auto settings = place.settings();
  settings.reactor = {Map{{"*", List{"salt://bad.sls", "salt://good.sls"}}}};
  Fleet fleet(place, settings);
  send(fleet, "site/up", {});
  REQUIRE(comes_true(fleet, [](Fleet& one) { return jobs_of_reactor(one).size() >= 1; }));
  CHECK(fleet.run("test.arg").find("args"));  // it still answers
}

TEST_CASE("a reactor that is written wrong is told at the start") {
  Place place;
  auto settings = place.settings();
  settings.reactor = {Value("site/up")};
  CHECK_THROWS_WITH(Fleet(place, settings), Contains("reactor: each entry is one"));
}
