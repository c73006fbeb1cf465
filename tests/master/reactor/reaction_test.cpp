// From an event to what is to be done; and what a hostile minion may write in its event.
#include "master/reactor/reaction.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/support/fake_host.h"
#include "tests/support/memory_tree.h"

using namespace halite;
using namespace halite::master;
using Catch::Contains;

namespace {

std::vector<Reaction> react(const std::string& sls, Map data = {{"id", "web1"}}, const std::string& tag = "site/web/up") {
  FakeHost host;
  host.files["/srv/reactor/x.sls"] = sls;
  test::MemoryTree tree(test::MemoryTree::Files{{"y.sls", sls}});
  const MasterSettings settings;
  return reactions_of("/srv/reactor/x.sls", {tag, std::move(data)}, {settings, host, tree});
}

const std::string say = "greet:\n  local.cmd.run:\n    - tgt: web1\n    - args:\n      - cmd: echo {{ data.name }}\n";

}  // namespace

TEST_CASE("a reaction is a job of minions or a function of the master") {
  const auto all = react(
      "apply:\n  local.state.apply:\n    - tgt: {{ data.id }}\n    - tgt_type: list\n    - args:\n      - mods: web\n      - pillar: {a: 1}\n"
      "old:\n  cmd.test.echo:\n    - tgt: '*'\n    - arg: [hello]\n    - kwarg: {x: 1}\n"
      "orch:\n  runner.state.orchestrate:\n    - args:\n      - mods: orch.web\n      - pillar:\n          minion: {{ data.id }}\n"
      "key:\n  wheel.key.accept:\n    - match: {{ data.id }}\n");
  REQUIRE(all.size() == 4);
  CHECK(all[0].job.fun == Value("state.apply"));
  CHECK(all[0].job.tgt == Value("web1"));
  CHECK(all[0].job.tgt_type == "list");
  CHECK(all[0].job.arg == List{Map{{"mods", "web"}, {"pillar", Map{{"a", 1}}}, {"__kwarg__", true}}});
  CHECK_FALSE(all[0].job.wait);
  CHECK(all[1].job.arg == List{"hello", Map{{"x", 1}, {"__kwarg__", true}}});
  CHECK(all[2].kind == Reaction::Kind::runner);
  CHECK(all[2].call.fun == "state.orchestrate");
  CHECK(*all[2].call.kwarg.find("pillar") == Value(Map{{"minion", "web1"}}));
  CHECK(all[3].kind == Reaction::Kind::wheel);
  CHECK(all[3].call.kwarg == Map{{"match", "web1"}});
}

TEST_CASE("a reaction may be nothing, and may look at tag and data") {
  CHECK(react("{% if data.id == 'web2' %}\n" + say + "{% endif %}\n").empty());
  CHECK(react("{% if tag.startswith('site/') %}\nx:\n  runner.manage.up: []\n{% endif %}\n").size() == 1);
}

TEST_CASE("what a reaction gets wrong is told with its file") {
  CHECK_THROWS_WITH(react("x:\n  local.test.ping:\n    - args: []\n"), Contains("tgt is missing") && Contains("/srv/reactor/x.sls"));
  CHECK_THROWS_WITH(react("x:\n  local.test.ping:\n    - tgt: '*'\n    - tgt_typ: list\n"), Contains("there is no 'tgt_typ' here"));
  CHECK_THROWS_WITH(react("x:\n  runer.manage.up: []\n"), Contains("did you mean 'runner'"));
  CHECK_THROWS_WITH(react("x:\n  runner: []\n"), Contains("names no function"));
  CHECK_THROWS_WITH(react("x:\n  caller.test.ping: []\n"), Contains("use local"));
  CHECK_THROWS_WITH(react("#!py\nx: 1\n"), Contains("jinja|yaml, not py"));
  CHECK_THROWS_WITH(react("x:\n  runner.manage.up: {{ nothing.here }}\n"), Contains("undefined"));
  CHECK_THROWS_AS(react("x: [\n"), Error);
}

TEST_CASE("a minion's text stays a value: what would be read as YAML is refused") {
  const std::vector<std::string> attacks{
      "x\n    - tgt: '*'",                                       // another target
      "x\nevil:\n  local.cmd.run:\n    - tgt: '*'\n    - arg: [id]",  // another reaction
      "x\n      - runas: root",                                  // another argument
      "x # and the rest is a comment",
      "x: {y: z}",
  };
  for (const auto& attack : attacks) {
    INFO(attack);
    CHECK_THROWS_AS(react(say, {{"id", "m1"}, {"name", attack}}), Error);
  }
  const std::string in_list = "x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ data.name }}]\n";
  CHECK_THROWS_WITH(react(in_list, {{"id", "m1"}, {"name", "a, b"}}), Contains("would be taken for YAML") && Contains("tojson"));
  CHECK_THROWS_AS(react(in_list, {{"id", "m1"}, {"name", "a], kwarg: {shell: x"}}), Error);
  const std::string quoted = "x:\n  local.test.echo:\n    - tgt: web1\n    - arg: ['{{ data.name }}']\n";
  CHECK_THROWS_AS(react(quoted, {{"id", "m1"}, {"name", "a', '--flag"}}), Error);
  CHECK_THROWS_AS(react("x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ tag }}]\n", {{"id", "m1"}}, "site/a, b"), Error);
  // In a key, deep inside, and as the key of a map.
  CHECK_THROWS_AS(react("x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ data.deep[0].name }}]\n", {{"deep", List{Map{{"name", "a, b"}}}}}), Error);
  CHECK_THROWS_AS(react("x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ data.deep | first }}]\n", {{"deep", Map{{"a, b", 1}}}}), Error);
}

TEST_CASE("the same texts through tojson or yaml_encode are values, whatever they hold") {
  for (const char* filter : {"tojson", "json", "yaml_encode"})
    for (const std::string text : {"x\n    - tgt: '*'", "a, b", "x # y", "a', '--flag", "{{ 1 + 1 }}", "*all", "&a", "!!python/none", "it's: \"so\""}) {
      INFO(filter << ": " << text);
      const auto all = react(std::string("x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ data.name | ") + filter + " }}]\n", {{"name", text}});
      REQUIRE(all.size() == 1);
      CHECK(all[0].job.arg == List{text});
    }
}

TEST_CASE("what a minion wrote is not rendered a second time") {
  const auto all = react("x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ data.name | tojson }}]\n", {{"name", "{{ data.id }}{% for x in range(9) %}"}});
  CHECK(all.at(0).job.arg == List{"{{ data.id }}{% for x in range(9) %}"});
}

TEST_CASE("harmless texts need no filter") {
  CHECK(react(say, {{"name", "web1.example.com"}}).at(0).job.arg.at(0).find("cmd")->as_string() == "echo web1.example.com");
  CHECK(react(say, {{"name", "Alice and Bob"}}).at(0).job.arg.at(0).find("cmd")->as_string() == "echo Alice and Bob");
}

TEST_CASE("an event that was made to take long is refused, or takes not long") {
  List many;
  for (int i = 0; i < 60'000; ++i) many.emplace_back(std::to_string(i) + ",");
  const std::string all = "x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ data.many | tojson }}]\n";
  CHECK_THROWS_WITH(react(all, {{"many", many}}), Contains("too many to look for"));
  const std::string commas(200'000, ',');
  CHECK(react(all, {{"many", commas}, {"other", commas.substr(1)}, {"third", commas.substr(2)}}).size() == 1);
}

TEST_CASE("a single character of a minion can begin nothing but an error") {
  for (const char* text : {"[", "{", "\"", "'", "&", "!", "%", "@", "`"}) {
    INFO(text);
    CHECK_THROWS_AS(react("x:\n  local.test.echo:\n    - tgt: web1\n    - arg: [{{ data.name }}]\n", {{"name", text}}), Error);
  }
}

TEST_CASE("a pattern means the files of its folder, in order") {
  FakeHost host;
  host.add_directory("/srv/reactor");
  for (const char* name : {"b.sls", "a.sls", "c.txt"}) host.files[std::string("/srv/reactor/") + name] = "";
  CHECK(reactor_files("/srv/reactor/*.sls", host) == std::vector<std::string>{"/srv/reactor/a.sls", "/srv/reactor/b.sls"});
  CHECK(reactor_files("salt://reactor/*.sls", host) == std::vector<std::string>{"salt://reactor/*.sls"});
}
