// What a minion's own configuration forbids stays forbidden by whatever way it is asked for.
#include "minion/limits.h"

#include <catch2/catch.hpp>

#include "minion/functions/world.h"
#include "minion/mine.h"
#include "minion/schedule/scheduler.h"
#include "minion/state_run/templates.h"
#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

namespace {

struct World : Caller {
  explicit World(std::vector<std::string> disabled, std::vector<std::string> allowed = {}, std::vector<std::string> hidden = {}) {
    config.settings.disable_modules = std::move(disabled);
    config.settings.whitelist_modules = std::move(allowed);
    config.settings.grains_blacklist = std::move(hidden);
    machine = std::make_unique<Machine>(host, probe, config, nullptr);
    host.programs["/bin/sh"] = host.programs["sh"] = host.programs["/bin/bash"] = [](const Command&) { return CommandResult{}; };
  }
  std::string text(const std::string& fun, List arg = {}) {
    const Value value = call(fun, std::move(arg));
    return value.is_string() ? value.as_string() : "not refused";
  }
  bool ran() const { return !host.ran.empty(); }
};

constexpr const char* refused = "disable_modules names 'cmd'";

}  // namespace

TEST_CASE("a forbidden function is refused by every way, and nothing runs") {
  World world({"cmd"});
  CHECK(world.text("cmd.run", {"id"}).find(refused) != std::string::npos);
  CHECK(world.text("cmd.shell", {"id"}).find(refused) != std::string::npos);

  const Map several = run_job(decode_job({{"jid", "20260102030405000678"}, {"fun", List{"test.ping", "cmd.run"}},
                                          {"arg", List{List{}, List{"id"}}}, {"tgt", "*"}}), world.machine->tools(), {});
  CHECK(several.at("return").find("cmd.run")->as_string().find(refused) != std::string::npos);
  CHECK(*several.at("return").find("test.ping") == Value(true));

  Call call{.tools = world.machine->tools(), .name = "mine.update"};
  CHECK(mine_data(call, Map{{"a", List{Map{{"mine_function", "cmd.run"}}, "id"}}}).empty());
  CHECK_THROWS_WITH(call_function(call, "cmd.run", {"id"}, {}), Catch::Contains(refused));
  CHECK(TemplateFunctions(call).find("cmd.run") == nullptr);
  CHECK(TemplateFunctions(call).find("test.ping") != nullptr);

  ScheduleOptions scheduled;
  scheduled.name = "a";
  scheduled.function = "cmd.run";
  scheduled.args = {"id"};
  const Map run = run_job(scheduled_job(scheduled, "20260102030405000679"), world.machine->tools(), {});
  CHECK(run.at("return").as_string().find(refused) != std::string::npos);

  const Map argspec = world.call("sys.argspec", {"cmd"}).as_map();
  CHECK(argspec.empty());
  CHECK_FALSE(world.ran());
}

TEST_CASE("states of a forbidden module are refused, with module.run, and with commands among their conditions") {
  World world({"cmd"});
  const auto single = [&](const std::string& fun, Map more) {
    more.set("__kwarg__", true);
    return world.job("state.single", {fun, "x", more});
  };
  for (const auto& load : {single("cmd.run", {}), single("test.nop", {{"onlyif", "id"}}), single("test.nop", {{"unless", List{"id"}}}),
                           single("test.nop", {{"check_cmd", "id"}})}) {
    CHECK(load.at("return").as_string().find(refused) != std::string::npos);
    CHECK(load.at("success") == Value(false));
  }
  CHECK(single("module.run", {{"cmd.run", List{Map{{"cmd", "id"}}}}}).at("success") == Value(false));
  CHECK(single("test.nop", {{"onlyif", List{Map{{"fun", "cmd.retcode"}, {"cmd", "id"}}}}}).at("success") == Value(false));
  CHECK(single("test.nop", {{"onlyif", List{Map{{"fun", "test.ping"}}}}}).at("success") == Value(true));
  CHECK_FALSE(world.ran());
}

TEST_CASE("Salt's file names forbid too, and a template's own helpers are no way around") {
  World world({"cmdmod", "slsutil"});
  CHECK(world.text("cmd.run", {"id"}).find(refused) != std::string::npos);
  Call call{.tools = world.machine->tools(), .name = "test.ping"};
  CHECK(TemplateFunctions(call).find("slsutil.update") == nullptr);
  CHECK(TemplateFunctions(call).find("defaults.merge") != nullptr);
}

TEST_CASE("a whitelist allows what it names and nothing else, but for the question after a job") {
  World world({}, {"test"});
  CHECK(world.call("test.ping") == Value(true));
  CHECK(world.text("cmd.run", {"id"}).find("whitelist_modules does not name 'cmd'") != std::string::npos);
  CHECK(world.text("state.single", {"cmd.run", "id"}).find("does not name 'state'") != std::string::npos);
  CHECK(world.call("saltutil.find_job", {"20260102030405000678"}) == Value(Map{}));
  CHECK(world.text("saltutil.kill_job", {"20260102030405000678"}).find("does not name 'saltutil'") != std::string::npos);
  CHECK_FALSE(world.ran());
}

TEST_CASE("a hidden grain is told to nobody") {
  World world({}, {}, {"os*", "id"});
  CHECK_FALSE(world.call("grains.items").as_map().contains("os"));
  CHECK(world.call("grains.get", {"os_family"}) == Value(""));
  CHECK(world.call("grains.get", {"osfinger"}) == Value(""));
  CHECK(world.call("grains.get", {"kernel"}) != Value(""));
}

TEST_CASE("in a blackout only what is listed runs, and of a compound job nothing") {
  World world({});
  world.config.settings.grains = {{"minion_blackout", true}, {"minion_blackout_whitelist", List{"test.ping"}}};
  world.machine = std::make_unique<Machine>(world.host, world.probe, world.config, nullptr);
  const auto verdict = [&](Value fun) {
    Job job;
    job.fun = std::move(fun);
    return blackout(job, world.machine->tools()).value_or("");
  };
  CHECK(verdict("cmd.run").find("Minion in blackout mode") != std::string::npos);
  CHECK(verdict("test.ping").empty());
  CHECK(verdict("saltutil.refresh_pillar").empty());
  CHECK(verdict("saltutil.find_job").empty());
  CHECK_FALSE(verdict(List{"test.ping", "cmd.run"}).empty());
  CHECK_FALSE(verdict("test.pingg").empty());
}

TEST_CASE("a name that means no module is told, with the nearest one") {
  World world({"cmdd", "cmdmod", "slsutil"}, {"test", "nosuch"});
  const auto told = Limits(world.config.settings).wrong_names({"cmd", "slsutil", "test"});
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "disable_modules names 'cmdd', and there is no such module; did you mean 'cmd'?");
  CHECK(told[1] == "whitelist_modules names 'nosuch', and there is no such module");
  const auto modules = world.machine->tools().functions.all_modules();
  for (const char* name : {"cmd", "nftables", "saltutil", "mine"}) CHECK(std::find(modules.begin(), modules.end(), name) != modules.end());
}
