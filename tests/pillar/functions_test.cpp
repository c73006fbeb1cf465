// What pillar templates may call, and what they are told of the rest.
#include "pillar/functions.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/render/renderer.h"

using namespace halite;
using namespace halite::pillar;

namespace {

const Value grains = Map{{"id", "web1"}, {"os", "Debian"}, {"os_family", "Debian"}, {"cpus", 4}, {"roles", List{"lb", "web"}}, {"empty", ""}};
const Value pillar_data = Map{{"users", Map{{"ann", Map{{"uid", 1001}}}}}, {"level", 3}};
const Value opts = Map{{"file_roots", Map{{"base", List{"/srv/salt"}}}}, {"os", "of the options"}};
const target::Nodegroups nodegroups;
const std::string id = "web1";

// What a template makes of it.
std::string rendered(const std::string& text) {
  const PillarFunctions functions(id, grains, pillar_data, opts, nodegroups, nullptr);
  render::Context context;
  context.salt = &functions;
  context.variables = {{"a", Map{{"x", 1}, {"m", Map{{"l", List{1, 2}}}}}}, {"b", Map{{"y", 2}, {"m", Map{{"l", List{2, 3}}}}}}};
  return to_json(render::render(text, "test.sls", context, "jinja|text"));
}
std::string value(const std::string& expression) { return rendered("{{ (" + expression + ") | tojson }}"); }

}  // namespace

TEST_CASE("Grains and pillar are looked up as on a minion") {
  CHECK(value("salt['grains.item']('os', 'nosuch')") == to_json(Value(R"({"os": "Debian", "nosuch": ""})")));
  CHECK(value("salt['pillar.item']('users:ann:uid', default=7)") == to_json(Value(R"({"users:ann:uid": 1001})")));
  CHECK(value("salt['grains.has_value']('os'), salt['grains.has_value']('empty')") == to_json(Value("[true, false]")));
  CHECK(value("salt['pillar.keys']('users')") == to_json(Value(R"(["ann"])")));
  CHECK(value("salt['pillar.ls']()") == to_json(Value(R"(["users", "level"])")));
  CHECK_THROWS_WITH(value("salt['pillar.keys']('nosuch')"), Catch::Contains("Pillar key not found: nosuch"));
}

TEST_CASE("filter_by takes the entry that fits, over a base and under what is merged") {
  CHECK(value("salt['grains.filter_by']({'Debian': 'apt', 'default': 'x'})") == to_json(Value(R"("apt")")));
  CHECK(value("salt['grains.filter_by']({'RedHat': 'yum', 'default': 'x'}, grain='nosuch')") == to_json(Value(R"("x")")));
  CHECK(value("salt['grains.filter_by']({'we*': 'w', 'default': 'x'}, 'roles')") == to_json(Value(R"("w")")));
  CHECK(value("salt['grains.filter_by']({'4': 'four'}, 'cpus')") == to_json(Value(R"("four")")));
  CHECK(value("salt['grains.filter_by']({'all': {'a': 1, 'b': 1}, 'Debian': {'b': 2}}, merge={'c': 3}, base='all')") ==
        to_json(Value(R"({"a": 1, "b": 2, "c": 3})")));
  CHECK(value("salt['pillar.filter_by']({'3': 'three', 'default': 'x'}, 'level')") == to_json(Value(R"("three")")));
}

TEST_CASE("config.get looks at the master's options, the grains, the pillar") {
  CHECK(value("salt['config.get']('file_roots:base')") == to_json(Value(R"(["/srv/salt"])")));
  CHECK(value("salt['config.get']('os')") == to_json(Value(R"("of the options")")));
  CHECK(value("salt['config.get']('os', omit_opts=True)") == to_json(Value(R"("Debian")")));
  CHECK(value("salt['config.get']('users:ann:uid')") == to_json(Value("1001")));
  CHECK(value("salt['config.get']('nosuch', 5)") == to_json(Value("5")));
  CHECK(value("salt['config.option']('nosuch')") == to_json(Value(R"("")")));
}

TEST_CASE("Merging changes what it is given, where Salt's does") {
  CHECK(rendered("{% do salt['defaults.merge'](a, b) %}{{ a | tojson }}") == to_json(Value(R"({"x": 1, "m": {"l": [2, 3]}, "y": 2})")));
  CHECK(rendered("{% do salt['slsutil.update'](a, b, merge_lists=True) %}{{ a | tojson }}") ==
        to_json(Value(R"({"x": 1, "m": {"l": [1, 2, 3]}, "y": 2})")));
  CHECK(rendered("{% set c = salt['defaults.merge'](a, b, in_place=False) %}{{ [a, c.y] | tojson }}") ==
        to_json(Value(R"([{"x": 1, "m": {"l": [1, 2]}}, 2])")));
  CHECK(rendered("{% set c = salt['slsutil.merge'](a, b) %}{{ [a.y is defined, c] | tojson }}") ==
        to_json(Value(R"([false, {"x": 1, "m": {"l": [2, 3]}, "y": 2}])")));
  CHECK(rendered("{% set d = salt['defaults.deepcopy'](a) %}{% do d.m.update({'l': 0}) %}{{ a.m | tojson }}") == to_json(Value(R"({"l": [1, 2]})")));
  CHECK(value("salt['defaults.update']({'n1': {'index': 1, 'extra': [9]}, 'n2': {}}, {'on': true, 'extra': [1]})") ==
        to_json(Value(R"({"n1": {"on": true, "extra": [1, 9], "index": 1}, "n2": {"on": true, "extra": [1]}})")));
  CHECK(value("salt['slsutil.merge_all']([{'a': 1}, {'b': 2}, {'a': 3}])") == to_json(Value(R"({"a": 3, "b": 2})")));
}

TEST_CASE("Hashes, base64 and formats of data") {
  CHECK(value("salt['hashutil.digest']('abc')") == to_json(Value(R"("900150983cd24fb0d6963f7d28e17f72")")));
  CHECK(value("salt['random.hash']('abc', 'sha1')") == to_json(Value(R"("a9993e364706816aba3e25717850c26c9cd0d89d")")));
  CHECK(value("salt['hashutil.base64_b64decode'](salt['hashutil.base64_b64encode']('x y'))") == to_json(Value(R"("x y")")));
  CHECK(value("salt['slsutil.deserialize']('yaml', 'a: [1, b]')") == to_json(Value(R"({"a": [1, "b"]})")));
  CHECK(value("salt['slsutil.serialize']('json', {'a': 1})") == to_json(Value(R"x("{\"a\": 1}")x")));
  CHECK(value("salt['slsutil.boolstr']([], true='yes', false='no')") == to_json(Value(R"("no")")));
  CHECK_THROWS_WITH(value("salt['slsutil.serialize']('toml', {})"), Catch::Contains("there are json and yaml"));
}

TEST_CASE("What reads the master's disk or runs programs is refused, and the error names what there is") {
  for (const std::string name : {"cmd.run", "file.read", "cp.get_file_str", "environ.get", "slsutil.renderer", "hashutil.digest_file"}) {
    INFO(name);
    for (const auto& call : {"salt['" + name + "']('x')", "salt." + name + "('x')"})
      CHECK_THROWS_WITH(value(call), Catch::Contains("pillar templates run on the master and may call nothing that reads its disk") &&
                                         Catch::Contains("grains.filter_by") && Catch::Contains("slsutil.merge"));
  }
}
