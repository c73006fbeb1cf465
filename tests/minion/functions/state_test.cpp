// state.*: runs of what comes with the call, runs that are switched off, and runs that wait to be allowed.
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "common/data/json.h"
#include "tests/minion/functions/caller.h"

using namespace halite;
using namespace halite::minion;

namespace {

// The result of the only state of a run.
const Map& only(const Value& states) {
  INFO(to_json(states));
  REQUIRE(states.is_map());
  REQUIRE(states.as_map().size() == 1);
  return states.as_map().begin()->value.as_map();
}

// Gives the minion a state tree.
void plant(Caller& caller, const std::map<std::string, std::string>& files) {
  const std::string tree = caller.directory.path() + "/tree";
  std::filesystem::create_directory(tree);
  for (const auto& [name, text] : files) std::ofstream(tree + "/" + name) << text;
  caller.config.settings.file_roots["base"].items = {tree};
  caller.machine = std::make_unique<Machine>(caller.host, caller.probe, caller.config, nullptr);
}

const Map touch{{"state", "file"}, {"fun", "managed"}, {"name", "/srv/app"}, {"contents", "x"}};

}  // namespace

TEST_CASE("state.low runs one chunk and gives its result alone") {
  Caller caller;
  const Value done = caller.call("state.low", {touch});
  CHECK(*done.find("result") == Value(true));
  CHECK(caller.host.files["/srv/app"] == "x\n");
  const Value failed = *caller.job("state.low", {Map{{"state", "test"}, {"fun", "fail_without_changes"}, {"name", "x"}}}).find("return");
  CHECK(*failed.find("result") == Value(false));
}

TEST_CASE("a chunk without its function, and one that no state takes, are refused") {
  Caller caller;
  CHECK(caller.call("state.low", {Map{{"state", "file"}}}).as_string().find("names its `state` and its `fun`") != std::string::npos);
  Map wrong = touch;
  wrong.set("contnts", "y");
  const Map job = caller.job("state.low", {wrong});
  CHECK(*job.find("retcode") == Value(1));
  CHECK(job.find("return")->as_list().at(0).as_string().find("did you mean 'contents'?") != std::string::npos);
  CHECK_FALSE(caller.host.files.contains("/srv/app"));
}

TEST_CASE("state.high runs high data, and a dry run of it touches nothing") {
  Caller caller;
  const Map high{{"/srv/app", Map{{"file", List{"managed", Map{{"contents", "x"}}}}}}};
  CHECK(only(caller.call("state.high", {high}, {{"test", true}})).at("result").is_null());
  CHECK_FALSE(caller.host.files.contains("/srv/app"));
  CHECK(only(caller.call("state.high", {high})).at("result") == Value(true));
  CHECK(caller.host.files["/srv/app"] == "x\n");
  const Map job = caller.job("state.high", {Map{{"/srv/app", "file.managed"}}});
  CHECK(*job.find("retcode") == Value(1));
}

TEST_CASE("state.template_str and state.template apply the text of an SLS file") {
  Caller caller;
  const std::string text = "{% set name = 'app' %}\n/srv/{{ name }}:\n  file.managed: [{contents: {{ grains.id }}}]\n";
  CHECK(only(caller.call("state.template_str", {text})).at("result") == Value(true));
  CHECK(caller.host.files["/srv/app"] == "web1\n");
  caller.host.files["/root/one.sls"] = "/srv/other: {file.managed: [{contents: y}]}\n";
  CHECK(only(caller.call("state.template", {"/root/one"})).at("result") == Value(true));
  CHECK(caller.host.files["/srv/other"] == "y\n");
  CHECK(caller.call("state.template", {"one.sls"}).as_string().find("is no full path") != std::string::npos);
}

TEST_CASE("what is switched off does not run until it is switched on again") {
  Caller caller;
  CHECK(caller.call("state.disable", {"highstate,web.*"}) ==
        Value(Map{{"res", true}, {"msg", "Info: highstate state disabled.\nInfo: web.* state disabled."}}));
  CHECK(caller.call("state.list_disabled") == Value(List{"highstate", "web.*"}));
  const Map highstate = caller.job("state.apply");
  CHECK(*highstate.find("retcode") == Value(1));
  CHECK(*highstate.find("return")->find("comment") == Value("Disabled"));
  const Map sls = caller.job("state.apply", {"db,web.nginx"});
  CHECK(*sls.find("retcode") == Value(1));
  CHECK(*sls.find("return") ==
        Value(List{"The state file \"web.nginx\" is currently disabled by \"web.*\", to re-enable, run state.enable web.*."}));
  CHECK(caller.call("state.disable", {List{"highstate"}}).find("msg")->as_string() == "Info: highstate state already disabled.");
  caller.call("state.enable", {"highstate,web.*,db"});
  CHECK(caller.call("state.list_disabled") == Value(List{}));
  CHECK(caller.job("state.apply").find("return")->find("comment") == nullptr);
}

TEST_CASE("a run that is asked for shows what it would do, and is made by whoever allows it") {
  Caller caller;
  CHECK(caller.call("state.run_request") == Value(Map{}));
  // Without a tree there is nothing to ask for, and no request is kept.
  CHECK(*caller.job("state.request", {"app"}).find("retcode") == Value(1));
  CHECK(caller.call("state.check_request") == Value(Map{}));
}

TEST_CASE("a request is kept until it is run, with its arguments") {
  Caller caller;
  plant(caller, {{"app.sls", "/srv/app: {file.managed: [{contents: '{{ pillar.text }}'}]}\n"}});
  caller.host.add_directory(caller.config.settings.cachedir);
  const Map pillar{{"text", "x"}};

  CHECK(only(caller.call("state.request", {"app"}, {{"pillar", pillar}, {"name", "ops"}})).at("result").is_null());
  CHECK_FALSE(caller.host.files.contains("/srv/app"));
  const Value kept = caller.call("state.check_request", {"ops"});
  CHECK(*kept.find("mods") == Value("app"));
  CHECK(*kept.find("kwargs") == Value(Map{{"pillar", pillar}}));
  CHECK(caller.host.nodes[caller.config.settings.cachedir + "/req_state.p"].mode == 0600);

  CHECK(caller.call("state.run_request") == Value(Map{}));
  CHECK(only(caller.call("state.run_request", {"ops"})).at("result") == Value(true));
  CHECK(caller.host.files["/srv/app"] == "x\n");
  CHECK(caller.call("state.check_request") == Value(Map{}));

  caller.call("state.request", {"app"}, {{"pillar", pillar}});
  CHECK(caller.call("state.clear_request", {"ops"}) == Value(false));
  CHECK(caller.call("state.clear_request") == Value(true));
  CHECK(caller.call("state.run_request") == Value(Map{}));
}

TEST_CASE("a highstate leaves out what is excluded, and with a whitelist all but that") {
  Caller caller;
  plant(caller, {{"top.sls", "base: {'*': [a, b]}\n"}, {"a.sls", "one: {test.nop: []}\n"}, {"b.sls", "two: {test.nop: []}\n"}});
  CHECK(caller.call("state.highstate").as_map().size() == 2);
  CHECK(only(caller.call("state.highstate", {}, {{"exclude", "a"}})).at("name") == Value("two"));
  CHECK(only(caller.call("state.apply", {}, {{"whitelist", List{"a"}}})).at("name") == Value("one"));
}
