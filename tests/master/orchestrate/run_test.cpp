// Orchestrations against a master that the test plays.
#include "master/orchestrate/run.h"

#include <catch2/catch.hpp>

#include <map>
#include <mutex>

#include "common/base/error.h"
#include "common/wire/messages/event.h"
#include "common/wire/messages/job.h"
#include "tests/support/fake_host.h"
#include "tests/support/memory_tree.h"

using namespace halite;
using namespace halite::master;
using Catch::Contains;

namespace {

struct MinionSays {
  std::string id;
  Value value;
  std::int64_t retcode = 0;
  std::string outcome = wire::outcome::ok;  // another one than ok and failed: no return
};

// Answers jobs by their function, runners by their name; keeps what was asked.
class PlayedMaster : public MasterLine {
 public:
  std::map<std::string, std::vector<MinionSays>> minions;  // by function
  std::map<std::string, wire::RunnerResult> runners;
  std::vector<wire::Event> bus;   // what there is to hear
  std::vector<wire::Event> sent;
  std::vector<wire::PublishJob> jobs;
  std::vector<wire::RunFunction> runs;
  std::vector<std::string> said;

  Value call(const std::string& command, Map arguments, const std::function<void(const Value&)>& on_event) override {
    const std::lock_guard lock(mutex_);
    if (command == "job.publish") return publish(wire::decode_message<wire::PublishJob>(arguments, "job"), on_event);
    if (command == "event.send") {
      sent.push_back(wire::decode_message<wire::Event>(arguments, "event"));
      return Map{};
    }
    if (command == "runner.run" || command == "wheel.run") {
      runs.push_back(wire::decode_message<wire::RunFunction>(arguments, "run"));
      const auto found = runners.find(runs.back().fun);
      if (found == runners.end()) throw Error(ErrorKind::not_found, "there is no function '{}'", runs.back().fun);
      return wire::encode_message(found->second);
    }
    throw Error(ErrorKind::not_found, "there is no command {}", command);
  }
  bool listen(const std::string&, std::chrono::milliseconds, const std::function<bool(const std::string&, const Map&)>& on_event) override {
    for (const auto& event : bus)
      if (on_event(event.tag, event.data)) return true;
    return false;
  }
  void say(const std::string& text) override {
    const std::lock_guard lock(saying_);
    said.push_back(text);
  }

 private:
  Value publish(wire::PublishJob job, const std::function<void(const Value&)>& on_event) {
    jobs.push_back(job);
    const auto found = minions.find(job.fun.as_string());
    if (found == minions.end()) throw Error(ErrorKind::not_found, "no minion matches");
    wire::JobSummary summary{jid, {}, {}, {}};
    for (const auto& minion : found->second) summary.minions.push_back(minion.id);
    wire::JobEvent started;
    started.kind = "started";
    started.jid = jid;
    started.minions = summary.minions;
    on_event(wire::encode_message(started));
    for (const auto& minion : found->second) on_event(wire::encode_message(event_of(minion, job)));
    return wire::encode_message(summary);
  }
  wire::JobEvent event_of(const MinionSays& minion, const wire::PublishJob& job) const {
    wire::JobEvent event;
    event.jid = jid;
    event.id = minion.id;
    event.outcome = minion.outcome;
    event.kind = "ended";
    if (minion.outcome != wire::outcome::ok && minion.outcome != wire::outcome::failed) return event;
    event.kind = "return";
    event.result = wire::JobReturn{};
    event.result->id = minion.id;
    event.result->jid = jid;
    event.result->fun = job.fun;
    event.result->value = minion.value;
    event.result->retcode = minion.retcode;
    event.result->success = minion.outcome == wire::outcome::ok && minion.retcode == 0;
    event.result->outcome = minion.outcome;
    return event;
  }

  const std::string jid = "20260101000000000001";
  std::mutex mutex_, saying_;
};

struct Scene {
  PlayedMaster master;
  FakeHost host;
  MasterSettings settings;
  Map pillar;
  bool test = false;
  bool is_cancelled = false;

  wire::RunnerResult run(const std::string& sls, const std::string& kind = "run") {
    test::MemoryTree tree(test::MemoryTree::Files{{"orch.sls", sls}});
    OrchestrationOrder order;
    order.jid = "20260101000000000009";
    order.kind = kind;
    order.mods = "orch";
    order.id = "boss_master";
    order.test = test;
    order.pillar = pillar;
    order.grains = {{"id", "boss_master"}};
    return run_orchestration(order, {.settings = settings, .host = host, .files = tree, .line = master, .is_cancelled = [this] { return is_cancelled; }});
  }
  // Of the one state in it.
  Value state(const std::string& sls) {
    const Value all = run(sls).value.as_map().at("boss_master");
    INFO(short_text(all));
    REQUIRE(all.is_map());
    REQUIRE(all.as_map().size() == 1);
    return all.as_map().begin()->value;
  }
};

Map well(bool changes) {
  return {{"test_|-a_|-a_|-nop", Map{{"result", true}, {"comment", ""}, {"changes", changes ? Map{{"new", 1}} : Map{}}}}};
}
Map broken() { return {{"test_|-a_|-a_|-nop", Map{{"result", false}, {"comment", "no"}, {"changes", Map{}}}}}; }

}  // namespace

TEST_CASE("salt.state asks the minions and nests their states as Salt does") {
  Scene scene;
  scene.master.minions["state.sls"] = {{"web1", well(true)}, {"web2", well(false)}};
  const Value state = scene.state("web:\n  salt.state:\n    - tgt: 'web*'\n    - sls: [apache, site]\n    - pillar: {a: 1}\n    - batch: 25%\n    - subset: 2\n");
  CHECK(*state.find("result") == Value(true));
  CHECK(*state.find("comment") == Value("States ran successfully. Updating web1. No changes made to web2."));
  CHECK(*state.find("changes") == Value(Map{{"out", "highstate"}, {"ret", Map{{"web1", well(true)}}}}));
  CHECK(*state.find("__jid__") == Value("20260101000000000001"));
  const auto& job = scene.master.jobs.at(0);
  CHECK(job.tgt == Value("web*"));
  CHECK(job.arg.at(0) == Value("apache,site"));
  CHECK(job.arg.at(1) == Value(Map{{"pillar", Map{{"a", 1}}}, {"queue", false}, {"concurrent", false}, {"__kwarg__", true}}));
  CHECK(job.batch == "25%");
  CHECK(job.subset == 2);
  REQUIRE(scene.master.sent.size() == 1);
  CHECK(scene.master.sent[0].tag == "salt/run/20260101000000000009/args");
  CHECK(*scene.master.sent[0].data.find("type") == Value("state"));
}

TEST_CASE("a minion that fails, is silent or is killed is named, and later states know it") {
  Scene scene;
  scene.master.minions["state.sls"] = {{"a", broken()}, {"b", {}, 0, wire::outcome::not_connected}, {"c", {}, 0, wire::outcome::interrupted}, {"d", well(true)}};
  scene.master.minions["test.ping"] = {{"a", true}};
  const auto result = scene.run(
      "web:\n  salt.state:\n    - tgt: '*'\n    - sls: x\n"
      "then:\n  salt.function:\n    - name: test.ping\n    - tgt: '*'\n    - require: [{salt: web}]\n"
      "else:\n  salt.function:\n    - name: test.ping\n    - tgt: '*'\n    - onfail: [{salt: web}]\n");
  CHECK(result.retcode == 1);
  CHECK(result.out == "highstate");
  const Map& states = result.value.find("boss_master")->as_map();
  const Value& web = states.at("salt_|-web_|-web_|-state");
  CHECK(*web.find("comment") == Value("Run failed on minions: a, b, c"));
  const Map& ret = web.find("changes")->find("ret")->as_map();
  CHECK(ret.at("b") == Value("Minion did not return. [Not connected]"));
  CHECK(ret.at("c") == Value("Minion did not return. [Interrupted]"));
  CHECK(*states.at("salt_|-then_|-test.ping_|-function").find("result") == Value(false));
  CHECK(*states.at("salt_|-else_|-test.ping_|-function").find("result") == Value(true));
}

TEST_CASE("failures may be allowed by number or by name") {
  Scene scene;
  scene.master.minions["state.sls"] = {{"a", broken()}, {"b", well(false)}};
  const std::string step = "web:\n  salt.state:\n    - tgt: '*'\n    - sls: x\n";
  CHECK(*scene.state(step + "    - allow_fail: 1\n").find("result") == Value(true));
  CHECK(*scene.state(step + "    - fail_minions: 'a, c'\n").find("result") == Value(true));
  CHECK(*scene.state(step + "    - fail_minions: b\n").find("result") == Value(false));
  CHECK(*scene.state(step + "    - allow_fail: some\n").find("comment") == Value("Passed invalid value for 'allow_fail', must be an int"));
  CHECK(scene.state(step + "    - fail_minions: 3\n").find("warnings")->as_list().size() == 1);
}

TEST_CASE("salt.state without work, without minions, and with wrong words says so") {
  Scene scene;
  CHECK(*scene.state("web:\n  salt.state:\n    - tgt: '*'\n").find("comment") == Value("No highstate or sls specified, no execution made"));
  CHECK(*scene.state("web:\n  salt.state:\n    - tgt: '*'\n    - sls: x\n").find("comment") == Value("No minions returned"));
  CHECK(*scene.state("web:\n  salt.state:\n    - tgt: '*'\n    - sls: x\n    - expect_minions: false\n").find("result") == Value(true));
  CHECK_THAT(scene.state("web:\n  salt.state:\n    - tgt: '*'\n    - slss: x\n").find("comment")->as_string(), Contains("did you mean 'sls'"));
  CHECK_THAT(scene.state("web:\n  salt.state:\n    - tgt: '*'\n    - sls: x\n    - ssh: true\n").find("comment")->as_string(), Contains("salt-ssh"));
}

TEST_CASE("highstate and top have functions of their own") {
  Scene scene;
  scene.master.minions["state.highstate"] = scene.master.minions["state.top"] = {{"a", well(true)}};
  scene.state("web:\n  salt.state:\n    - tgt: '*'\n    - highstate: true\n    - sls: x\n");
  scene.state("web:\n  salt.state:\n    - tgt: '*'\n    - top: other.sls\n");
  CHECK(scene.master.jobs.at(0).fun == Value("state.highstate"));
  CHECK(scene.master.jobs.at(1).arg.at(0) == Value("other.sls"));
}

TEST_CASE("a dry run asks minions for theirs and runs nothing else") {
  Scene scene;
  scene.test = true;
  scene.master.minions["state.sls"] = {{"a", well(true)}};
  const Value web = scene.state("web:\n  salt.state:\n    - tgt: '*'\n    - sls: x\n");
  CHECK(web.find("result")->is_null());
  CHECK(*scene.master.jobs.at(0).arg.at(1).find("test") == Value(true));
  const Value ping = scene.state("ping:\n  salt.function:\n    - name: test.ping\n    - tgt: '*'\n");
  CHECK(ping.find("result")->is_null());
  CHECK(*ping.find("comment") == Value("Function test.ping would be executed on target *"));
  CHECK(*scene.state("up:\n  salt.runner:\n    - name: manage.up\n").find("comment") == Value("Runner function 'manage.up' would be executed."));
  CHECK(*scene.state("up:\n  salt.wheel:\n    - name: key.list\n").find("comment") == Value("Wheel function 'key.list' would be executed."));
  CHECK(*scene.state("up:\n  salt.wait_for_event:\n    - name: a/b\n    - id_list: [x]\n").find("comment") ==
        Value("Orchestration would wait for event 'a/b'"));
  CHECK(scene.master.jobs.size() == 1);
  CHECK(scene.master.runs.empty());
}

TEST_CASE("salt.function gives each minion's value, and a return code or False is a failure") {
  Scene scene;
  scene.master.minions["cmd.run"] = {{"a", "up 3 days"}, {"b", "sh: no", 127, wire::outcome::failed}, {"c", false}};
  const Value state = scene.state("x:\n  salt.function:\n    - name: cmd.run\n    - tgt: 'a,b,c'\n    - tgt_type: list\n    - arg: [uptime]\n    - kwarg: {cwd: /}\n");
  CHECK(*state.find("result") == Value(false));
  CHECK(*state.find("comment") == Value("Running function cmd.run failed on minions: b, c Function cmd.run ran on a, b, c."));
  CHECK(*state.find("changes") == Value(Map{{"ret", Map{{"a", "up 3 days"}, {"b", "sh: no"}, {"c", false}}}}));
  CHECK(scene.master.jobs.at(0).tgt == Value(List{"a", "b", "c"}));
  CHECK(scene.master.jobs.at(0).arg == List{"uptime", Map{{"cwd", "/"}, {"__kwarg__", true}}});
  CHECK(*scene.state("x:\n  salt.function:\n    - name: test.ping\n    - tgt: nobody\n").find("comment") == Value("No minions responded"));
}

TEST_CASE("salt.runner and salt.wheel hand their arguments on") {
  Scene scene;
  scene.master.runners["cache.grains"].value = Map{{"a", 1}};
  scene.master.runners["state.orchestrate"] = {"", Map{{"boss_master", well(true)}}, "highstate", 1};
  const Value state = scene.state("x:\n  salt.runner:\n    - name: cache.grains\n    - tgt: 'a*'\n    - kwarg: {tgt_type: glob}\n    - arg: [1]\n");
  CHECK(*state.find("comment") == Value("Runner function 'cache.grains' executed."));
  CHECK(*state.find("changes") == Value(Map{{"return", Map{{"a", 1}}}}));
  CHECK(scene.master.runs.at(0).kwarg == Map{{"tgt", "a*"}, {"tgt_type", "glob"}});
  CHECK(scene.master.runs.at(0).arg == List{1});
  const Value nested = scene.state("x:\n  salt.runner:\n    - name: state.orchestrate\n    - mods: other\n");
  CHECK(*nested.find("result") == Value(false));
  CHECK(*nested.find("changes")->find("return")->find("outputter") == Value("highstate"));
  const Value unknown = scene.state("x:\n  salt.wheel:\n    - name: key.lst\n");
  CHECK(*unknown.find("comment") == Value("Wheel function 'key.lst' failed."));
  CHECK_THAT(unknown.find("changes")->find("return")->as_string(), Contains("Exception occurred in wheel key.lst: there is no function"));
}

TEST_CASE("parallel runners of orchestrations tell the changes of each") {
  Scene scene;
  scene.master.runners["state.orchestrate"] = {"", Map{{"boss_master", well(true)}}, "highstate", 0};
  const std::string sls = "x:\n  salt.parallel_runners:\n    - runners:\n        one: [{name: state.orchestrate}, {kwarg: {mods: a}}]\n        two: [{name: state.orchestrate}]\n";
  const Value state = scene.state(sls);
  CHECK(*state.find("comment") == Value("All runner functions executed successfully."));
  CHECK(state.find("changes")->as_map().size() == 2);
  scene.master.runners["state.orchestrate"].retcode = 1;
  CHECK_THAT(scene.state(sls).find("comment")->as_string(), Contains("Runner one failed with return value:\n"));
  CHECK(*scene.state("x:\n  salt.parallel_runners:\n    - runners: 3\n").find("comment") == Value("The runners parameter must be a string or dict."));
}

TEST_CASE("salt.wait_for_event is content when each id was seen, in the event or in a minion's own data") {
  Scene scene;
  scene.master.bus = {{"a/b", {{"id", "m1"}}}, {"a/b", {{"data", Map{{"id", "m2"}}}}}, {"a/b", {{"id", List{"m3", "m4"}}}}};
  const std::string sls = "x:\n  salt.wait_for_event:\n    - name: a/*\n    - timeout: 1\n    - id_list: ";
  const Value seen = scene.state(sls + "[m1, m2, m3]\n");
  CHECK(*seen.find("result") == Value(true));
  CHECK(*seen.find("changes") == Value(Map{{"minions_seen", List{"m1", "m2", "m3"}}}));
  const Value late = scene.state(sls + "[m1, m9]\n");
  CHECK(*late.find("result") == Value(false));
  CHECK(*late.find("comment") == Value("Timeout value reached."));
}

TEST_CASE("templates see the master's pillar and grains and may ask the master") {
  Scene scene;
  scene.pillar = {{"step", "test.ping"}};
  scene.master.runners["manage.up"].value = List{"a", "b"};
  scene.master.minions["test.ping"] = {{"a", true}, {"b", true}};
  const Value state = scene.state(
      "{{ grains.id }}:\n  salt.function:\n    - name: {{ pillar.step }}\n    - tgt_type: list\n    - tgt: {{ salt['saltutil.runner']('manage.up') | tojson }}\n");
  CHECK(*state.find("__id__") == Value("boss_master"));
  CHECK(scene.master.jobs.at(0).tgt == Value(List{"a", "b"}));
  const auto unknown = scene.run("x:\n  test.nop:\n    - name: {{ salt['pkg.version']('a') }}\n");
  CHECK(unknown.retcode == 1);
  CHECK_THAT(unknown.value.find("boss_master")->as_list().at(0).as_string(), Contains("saltutil.cmd"));
}

TEST_CASE("what does not compile is told and nothing runs") {
  Scene scene;
  const auto result = scene.run("x:\n  salt.function:\n    - tgt: '*'\n    - require: [{salt: nothing}]\n  - bad\n");
  CHECK(result.retcode == 1);
  CHECK(result.value.find("boss_master")->is_list());
  scene.pillar = {{"_errors", List{"it broke"}}};
  CHECK(scene.run("x:\n  test.nop\n").value.find("boss_master")->as_list().at(1) == Value("it broke"));
  CHECK(scene.master.jobs.empty());
}

TEST_CASE("what a run would do can be shown") {
  Scene scene;
  const auto shown = scene.run("x:\n  salt.function:\n    - name: test.ping\n    - tgt: '*'\n", "show");
  CHECK(shown.value.find("boss_master")->find("x")->find("salt"));
  CHECK(shown.out.empty());
  CHECK(scene.master.jobs.empty());
}

TEST_CASE("a run that is told to end is a failure and says how far it came") {
  Scene scene;
  scene.is_cancelled = true;
  const auto result = scene.run("x:\n  test.nop\ny:\n  test.nop\n");
  CHECK(result.retcode == 1);
  CHECK_THAT(result.value.find("boss_master")->as_map().begin()->value.find("comment")->as_string(), Contains("0 of 2 states had ended"));
}
