// From a pillar tree to one minion's pillar.
#include "pillar/compiler.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/host/directory_tree.h"
#include "tests/support/memory_tree.h"
#include "tests/support/temp_directory.h"

using namespace halite;
using namespace halite::pillar;
using Files = test::MemoryTree::Files;
using test::MemoryTree;

namespace {

const PillarRequest web{.minion_id = "web1.example.org", .grains = Map{{"os", "Debian"}}};

Pillar compile(MemoryTree tree, const PillarOptions& options = {}, const PillarRequest& request = web) {
  return PillarCompiler(options).compile(tree, request);
}

std::string data(MemoryTree tree, const PillarOptions& options = {}, const PillarRequest& request = web) {
  return to_json(compile(std::move(tree), options, request).data);
}

// One SLS file that everyone gets.
MemoryTree one(const std::string& text) {
  return MemoryTree(Files{{"top.sls", "base: {'*': [a]}"}, {"a.sls", text}});
}

std::string error_of(const Pillar& pillar) {
  const auto* errors = pillar.data.find("_errors");
  return errors && !errors->if_list()->empty() ? errors->if_list()->front().as_string() : "";
}

}  // namespace

TEST_CASE("The top file decides what a minion gets") {
  const Files files{{"top.sls", R"(
base:
  '*': [common]
  'web*': [web]
  'db*': [db]
  'os:Debian': [{match: grain}, debian]
  webs: [{match: nodegroup}, group]
  undefined: [{match: nodegroup}, nosuch]
  'N@undefined or web3': [nosuch]
)"},
                    {"common.sls", "a: 1"},
                    {"web.sls", "b: 2"},
                    {"db.sls", "c: 3"},
                    {"debian.sls", "d: 4"},
                    {"group/init.sls", "e: 5"}};
  const PillarOptions options{.nodegroups = Map{{"webs", "web* and not db*"}}};
  const auto pillar = compile(MemoryTree(files), options);
  CHECK(to_json(pillar.data) == R"({"a": 1, "b": 2, "d": 4, "e": 5})");
  CHECK(to_json(pillar.matches) == R"({"base": ["common", "web", "debian", "group"]})");
  CHECK(to_json(pillar.revisions) == R"({"base": "memory:base"})");
  CHECK(data(MemoryTree(files), options, {.minion_id = "db1"}) == R"({"a": 1, "c": 3})");
}

TEST_CASE("Globs take the SLS files in sorted order, and later data goes over earlier") {
  CHECK(data(MemoryTree(Files{{"top.sls", "base: {'*': ['users.*', last]}"},
                              {"users/adam.sls", "users: {adam: {uid: 2}}\nlist: [1]"},
                              {"users/_admin/ee.sls", "users: {ee: {uid: 1}}"},
                              {"last.sls", "users: {adam: {shell: sh}}\nlist: [2]"}})) ==
        R"({"users": {"ee": {"uid": 1}, "adam": {"uid": 2, "shell": "sh"}}, "list": [2]})");
}

TEST_CASE("Targets can be given an order, and a list for a target that comes twice is the later one") {
  CHECK(data(MemoryTree(Files{{"top.sls", "base: {'*': [{order: 2}, a], 'web*': [{order: '1'}, b]}"},
                              {"a.sls", "x: a"},
                              {"b.sls", "x: b"}})) == R"({"x": "a"})");
}

TEST_CASE("Jinja sees the minion's id, grains and functions, and includes other pillar files") {
  const auto text = R"({% include "shared.sls" %}
{% import_yaml 'other.sls' as other %}
os: {{ grains.os }}
id: {{ minion_id }}
net: *net
other: {{ other.x }}
web: {{ salt['match.compound']('web* and G@os:Debian') }}
db: {{ salt['match.glob']('db*') }}
bad: {{ salt['match.compound']('( and') }}
role: {{ salt['match.filter_by']({'db*': 'd', 'web*': 'w'}) }}
none: {{ salt['match.filter_by']({'db*': 'd', 'default': 'n'}) }}
missing: "{{ salt['pillar.get']('x:y', 'z') }}{{ salt['grains.get']('nosuch') }}"
)";
  auto tree = MemoryTree(Files{{"top.sls", "base: {'*': [sub.a]}"},
                               {"sub/a.sls", text},
                               {"shared.sls", "shared: &net 10.0.0.0/8"},
                               {"other.sls", "x: y"}});
  const auto pillar = compile(std::move(tree));
  CHECK(error_of(pillar) == "");
  CHECK(to_json(pillar.data) ==
        R"({"shared": "10.0.0.0/8", "os": "Debian", "id": "web1.example.org", "net": "10.0.0.0/8", "other": "y", )"
        R"("web": true, "db": false, "bad": false, "role": "w", "none": "n", "missing": "z"})");
}

TEST_CASE("A template can't change what another minion's compile sees") {
  auto tree = one("{% do grains.update({'os': 'x'}) %}{% do opts.update({'k': 1}) %}os: {{ grains.os }}");
  const PillarCompiler compiler({.opts = Map{{"o", List{}}}});
  CHECK(to_json(compiler.compile(tree, web).data) == R"({"os": "x"})");
  CHECK(*web.grains.find("os") == Value("Debian"));
}

TEST_CASE("Includes come below their includer, under a key and with defaults when asked") {
  CHECK(data(MemoryTree(Files{{"top.sls", "base: {'*': [a.b]}"},
                              {"a/b.sls", "include:\n  - .c\n  - d: {defaults: {who: ann}, key: 'x:y'}\nv: own\n"},
                              {"a/c.sls", "v: included\nw: 1"},
                              {"d.sls", "name: {{ who }}"}})) ==
        R"({"v": "own", "w": 1, "x": {"y": {"name": "ann"}}})");
  const Files files{{"top.sls", "base: {'*': [a]}"}, {"a.sls", "include: [b]\nv: own"}, {"b.sls", "v: included"}};
  CHECK(data(MemoryTree(files)) == R"({"v": "own"})");
  CHECK(data(MemoryTree(files), {.includes_override_sls = true}) == R"({"v": "included"})");
}

TEST_CASE("What is missing is told in Salt's words, unless it may be missing") {
  const auto pillar = compile(MemoryTree(Files{{"top.sls", "base: {'*': [nosuch, a]}"}, {"a.sls", "x: 1"}}));
  CHECK(to_json(pillar.data) ==
        R"({"x": 1, "_errors": ["Specified SLS 'nosuch' in environment 'base' is not available on the salt master"]})");
  CHECK_FALSE(pillar.ok());
  CHECK(compile(MemoryTree(Files{{"top.sls", "base: {'*': [{ignore_missing: true}, nosuch]}"}})).ok());
  CHECK(error_of(compile(one("include: [nosuch]"))) ==
        "Specified SLS 'nosuch' in environment 'base' is not available on the salt master");
}

TEST_CASE("A file that fails is named with its line to the operator and without to the minion") {
  const auto pillar = compile(one("a: 1\nb: {{ nosuch }}\n"));
  CHECK(error_of(pillar) == "Rendering SLS 'a' failed. Please see master log for details.");
  REQUIRE(pillar.problems.size() == 1);
  CHECK(pillar.problems[0].file == "a.sls");
  CHECK(pillar.problems[0].line == 2);
  CHECK(pillar.problems[0].text.find("'nosuch' is undefined") != std::string::npos);

  const auto yaml = compile(one("{% if true %}\na: [\n{% endif %}"), {.safe_render_error = false});
  CHECK(error_of(yaml).find("Rendering SLS 'a' failed, render error:\n") == 0);
  CHECK(yaml.problems[0].file == "a.sls");
  CHECK(yaml.problems[0].line > 0);
}

TEST_CASE("Malformed files are told in Salt's words") {
  CHECK(error_of(compile(one("- x"))) == "SLS 'a' does not render to a dictionary");
  CHECK(error_of(compile(one("include: b"))) == "Include Declaration in SLS 'a' is not formed as a list");
  CHECK(error_of(compile(MemoryTree(Files{{"top.sls", "base: {'*': {{ nosuch }}}"}})))
            .find("Rendering Primary Top file failed, render error:\n") == 0);
  CHECK(error_of(compile(MemoryTree(Files{{"top.sls", "base: 5"}})))
            .find("Error encountered while rendering pillar top file.") == 0);
  CHECK(error_of(compile(MemoryTree(Files{{"top.sls", "base: {'*': [{match: globb}, a]}"}}))).find("glob") !=
        std::string::npos);
}

TEST_CASE("An empty tree, file or top is an empty pillar") {
  CHECK(data(MemoryTree(Files{})) == "{}");
  CHECK(data(one("")) == "{}");
  CHECK(data(MemoryTree(Files{{"top.sls", ""}})) == "{}");
}

TEST_CASE("Environments are merged, or one is chosen") {
  const std::map<std::string, Files> files{{"base", {{"top.sls", "base: {'*': [a]}"}, {"a.sls", "x: base\ny: 1"}}},
                                           {"dev", {{"top.sls", "dev: {'*': [a]}"}, {"a.sls", "x: dev"}}}};
  CHECK(data(MemoryTree(files)) == R"({"x": "dev", "y": 1})");
  CHECK(data(MemoryTree(files), {}, {.minion_id = "m", .pillarenv = "dev"}) == R"({"x": "dev"})");
  CHECK(data(MemoryTree(files), {}, {.minion_id = "m", .pillarenv = "nosuch"}) == "{}");
  CHECK(data(MemoryTree(files), {.merge = {.strategy = MergeStrategy::none}}, {.minion_id = "m", .saltenv = "base"}) ==
        R"({"x": "base", "y": 1})");
}

TEST_CASE("Command-line data goes over everything") {
  CHECK(data(one("x: 1\ny: 2"), {}, {.minion_id = "m", .override_data = Map{{"x", 9}}}) == R"({"x": 9, "y": 2})");
}

TEST_CASE("External pillars run in order, see what there is, may change it, and may fail") {
  auto tree = one("x: 1\nlist: [1]");
  const std::vector<NamedExternal> externals{
      {"dc",
       [](const PillarRequest& request, Map&) -> Map {
         return {{"dc", request.minion_id}};
       }},
      {"move",
       [](const PillarRequest&, Map& pillar) -> Map {
         pillar.set("moved", *pillar.erase(Value("x")));
         return {{"seen", *pillar.find("dc")}};
       }},
      {"broken", [](const PillarRequest&, Map&) -> Map { throw Error(ErrorKind::unavailable, "no one there"); }},
      {"last", [](const PillarRequest&, Map&) -> Map {
         return {{"list", List{2}}};
       }}};
  const auto pillar = PillarCompiler({}, externals).compile(tree, web);
  CHECK(to_json(pillar.data) == R"({"list": [2], "dc": "web1.example.org", "moved": 1, "seen": "web1.example.org", )"
                                R"("_errors": ["Failed to load ext_pillar broken: no one there"]})");
}

TEST_CASE("With ext_pillar_first templates see what external pillars gave") {
  auto tree = one("y: {{ pillar.dc }}\nz: {{ salt['pillar.get']('dc') }}");
  const std::vector<NamedExternal> externals{{"dc", [](const PillarRequest&, Map&) -> Map { return {{"dc", "nyc"}}; }}};
  CHECK(to_json(PillarCompiler({.ext_pillar_first = true}, externals).compile(tree, web).data) ==
        R"({"dc": "nyc", "y": "nyc", "z": "nyc"})");
}

TEST_CASE("The master's options are part of the pillar only when asked for") {
  CHECK(data(one("x: 1"), {.opts = Map{{"failhard", true}}, .pillar_opts = true}) ==
        R"({"x": 1, "master": {"failhard": true}})");
}

TEST_CASE("Merge strategies differ in what a later source does to a map and a list") {
  const Map base{{"m", Map{{"a", 1}}}, {"l", List{1, 2}}, {"s", 1}};
  const Map over{{"m", Map{{"b", 2}}}, {"l", List{2, 3}}, {"n", 1}};
  const auto merged = [&](MergeStrategy strategy, bool lists) {
    return to_json(merge(base, over, {.strategy = strategy, .merge_lists = lists}));
  };
  const auto recursed = R"({"m": {"a": 1, "b": 2}, "l": [2, 3], "s": 1, "n": 1})";
  CHECK(merged(MergeStrategy::smart, false) == recursed);
  CHECK(merged(MergeStrategy::recurse, false) == recursed);
  CHECK(merged(MergeStrategy::none, true) == recursed);
  CHECK(merged(MergeStrategy::recurse, true) == R"({"m": {"a": 1, "b": 2}, "l": [1, 2, 3], "s": 1, "n": 1})");
  CHECK(merged(MergeStrategy::overwrite, false) == R"({"m": {"b": 2}, "l": [2, 3], "s": 1, "n": 1})");
  CHECK(merged(MergeStrategy::aggregate, true) == R"({"m": {"b": 2}, "l": [2, 3], "s": 1, "n": 1})");
  CHECK(merge_strategy_from("smart") == MergeStrategy::smart);
  CHECK_THROWS_WITH(merge_strategy_from("recures"), Catch::Contains("did you mean 'recurse'"));
  CHECK(to_json(base) == R"({"m": {"a": 1}, "l": [1, 2], "s": 1})");
}

TEST_CASE("A template that changes its opts changes no other minion's") {
  MemoryTree tree = one("seen: {{ opts.nodegroups.keys() | list | tojson }}\n{% do opts.nodegroups.update({grains.id: 1}) %}");
  const PillarCompiler compiler({.opts = Map{{"nodegroups", Map{{"web", "web*"}}}}});
  for (const std::string id : {"web1", "web2"})
    CHECK(to_json(compiler.compile(tree, {.minion_id = id, .grains = Map{{"id", id}}}).data) == R"({"seen": ["web"]})");
}

TEST_CASE("In pillar_roots __env__ is the environment asked for, and no other one") {
  TempDirectory folder;
  for (const std::string environment : {"base", "dev"}) {
    std::filesystem::create_directories(std::filesystem::path(folder / environment));
    std::ofstream(std::filesystem::path(folder / environment) / "top.sls") << "base: {'*': [a]}\ndev: {'*': [a]}\n";
    std::ofstream(std::filesystem::path(folder / environment) / "a.sls") << environment << ": 1\n";
  }
  DirectoryTree tree({{"__env__", {folder / "__env__"}}}, [](const auto&) { return std::string(); });
  const auto asked = [&](const std::optional<std::string>& pillarenv, const std::string& saltenv = "") {
    return PillarCompiler({}).compile(tree, {.minion_id = "web1", .saltenv = saltenv, .pillarenv = pillarenv});
  };
  const auto plain = asked({});
  CHECK(error_of(plain) == "No matching pillar environment for environment 'dev' found");
  CHECK(plain.data.find("base"));
  CHECK_FALSE(plain.data.find("dev"));
  CHECK(to_json(asked("dev").data) == R"({"dev": 1})");
  CHECK(to_json(asked({}, "dev").data) == R"({"base": 1, "dev": 1})");
  CHECK(to_json(asked("nosuch").data) == "{}");
  CHECK(to_json(asked("../base").data) == "{}");
  CHECK(asked("dev").revisions.find("dev")->as_string() == folder / "dev");
}
