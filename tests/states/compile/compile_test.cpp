// From SLS files to ordered chunks.
#include "states/compile/compile.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/states/compile/world.h"

using namespace halite;
using namespace halite::states;
using Files = test::MemoryTree::Files;
using Strings = std::vector<std::string>;

TEST_CASE("Every form of a declaration gives the same chunk") {
  for (const auto* text : {"vim: pkg.installed", "vim: {pkg.installed: []}", "vim:\n  pkg: [installed]",
                           "vim:\n  pkg:\n    - installed"}) {
    INFO(text);
    const auto compiled = one_file(text).sls();
    CHECK(compiled.errors == Strings{});
    CHECK(steps(compiled) == Strings{"pkg|vim|vim|installed"});
    CHECK(compiled.low[0] == Value(Map{{"state", "pkg"},
                                       {"name", "vim"},
                                       {"__sls__", "a"},
                                       {"__env__", "base"},
                                       {"__id__", "vim"},
                                       {"order", 10000},
                                       {"fun", "installed"}}));
  }
}

TEST_CASE("States are numbered as they stand, includes first and dotted keys behind plain ones") {
  SlsWorld world(Files{{"a.sls", "one: test.nop\ninclude: [b]\ntwo: test.nop\n"},
                       {"b.sls", "x:\n  pkgrepo.managed: []\n  pkg: [installed]\n  user.present: []\n"}});
  const auto compiled = world.sls();
  CHECK(steps(compiled) == Strings{"pkg|x|x|installed", "pkgrepo|x|x|managed", "user|x|x|present", "test|one|one|nop",
                                   "test|two|two|nop"});
  CHECK(argument(compiled, "two", "order") == "10004");
  CHECK(compiled.high.keys() == Strings{"one", "two", "x"});
}

TEST_CASE("Orders given by people come where they say") {
  const auto compiled = one_file(R"(
plain: test.nop
end: {test.nop: [{order: last}]}
second: {test.nop: [{order: 2}]}
first: {test.nop: [{order: first}]}
tail: {test.nop: [{order: -1}]}
odd: {test.nop: [{order: sometime}]}
tie-b: {test.nop: [{order: 5}]}
tie-a: {test.nop: [{order: 5}]}
)")
                            .sls();
  CHECK(compiled.errors == Strings{});
  CHECK(steps(compiled) == Strings{"test|first|first|nop", "test|second|second|nop", "test|tie-a|tie-a|nop",
                                   "test|tie-b|tie-b|nop", "test|plain|plain|nop", "test|odd|odd|nop",
                                   "test|tail|tail|nop", "test|end|end|nop"});
  CHECK(argument(compiled, "end", "order") == "1010100");
  CHECK(argument(compiled, "tail", "order") == "1010099");
}

TEST_CASE("Names make a chunk each, in order, and may carry arguments") {
  const auto compiled = one_file(R"(
hosts:
  host.present:
    - ip: 10.0.0.1
    - names:
      - one
      - two: [{ip: 10.0.0.2}]
      - one
)")
                            .sls();
  CHECK(steps(compiled) == Strings{"host|hosts|one|present", "host|hosts|two|present"});
  CHECK(*compiled.low[1].find("ip") == Value("10.0.0.2"));
  CHECK(*compiled.low[0].find("order") == Value(10000.0001));
  CHECK(*compiled.low[1].find("order") == Value(10000.0002));
}

TEST_CASE("A name that is no text falls back to the id, and the state can't be overridden") {
  const auto compiled = one_file("x: {cmd.run: [{name: 5}, {state: pkg}]}").sls();
  CHECK(steps(compiled) == Strings{"cmd|x|x|run"});
}

TEST_CASE("Includes may be relative, named twice, or globs") {
  SlsWorld world(Files{{"web/init.sls", "include: [.ssl, web.ssl, 'lib.*']\nw: test.nop\n"},
                       {"web/ssl.sls", "include: [..common]\nssl: test.nop\n"},
                       {"common.sls", "c: test.nop\n"},
                       {"lib/a.sls", "la: test.nop\n"},
                       {"lib/b/init.sls", "include: [.deep]\nlb: test.nop\n"},
                       {"lib/b/deep.sls", "deep: test.nop\n"}});
  const auto compiled = world.sls({"web"});
  CHECK(compiled.errors == Strings{});
  CHECK(steps(compiled) == Strings{"test|c|c|nop", "test|ssl|ssl|nop", "test|la|la|nop", "test|deep|deep|nop",
                                   "test|lb|lb|nop", "test|w|w|nop"});
  CHECK(states_of(compiled.low) == Strings{"common", "web.ssl", "lib.a", "lib.b.deep", "lib.b", "web"});
}

TEST_CASE("Files that include each other are each rendered once") {
  SlsWorld world(Files{{"a.sls", "include: [b]\nx: test.nop\n"}, {"b.sls", "include: [a]\ny: test.nop\n"}});
  const auto compiled = world.sls();
  CHECK(compiled.errors == Strings{});
  CHECK(steps(compiled) == Strings{"test|y|y|nop", "test|x|x|nop"});
}

TEST_CASE("What is not there is named as it was asked for") {
  CHECK(one_file("x: test.nop").sls({"nosuch"}).errors == Strings{"No matching sls found for 'nosuch' in env 'base'"});
  CHECK(one_file("include: [nosuch]\nx: test.nop").sls().errors ==
        Strings{"Specified SLS nosuch in saltenv base is not available on the salt master or through a configured "
                "fileserver"});
  CHECK(one_file("include: [{dev: x}]\nx: test.nop").sls().errors ==
        Strings{"Nonexistent saltenv 'dev' found in include of 'x' within SLS 'base:a'"});
  CHECK(one_file("include: [...x]\nx: test.nop").sls().errors ==
        Strings{"Attempted relative include of '...x' within SLS 'base:a' goes beyond top level package "});
  CHECK(one_file("include: x").sls().errors[0] == "Include Declaration in SLS a is not formed as a list");
}

TEST_CASE("A file that does not render is named with its line") {
  const auto compiled = one_file("a: 1\nb: [\n").sls();
  REQUIRE(compiled.errors.size() == 1);
  CHECK(compiled.errors[0].find("Rendering SLS 'base:a' failed: a.sls:") == 0);
  CHECK(one_file("- x").sls().errors == Strings{"SLS a does not render to a dictionary"});
  CHECK(one_file("").sls().errors == Strings{});
}

TEST_CASE("One id in two files is a conflict that names both") {
  SlsWorld world(Files{{"a.sls", "include: [b]\nx: test.nop\n"}, {"b.sls", "x: pkg.installed\n"}});
  const auto compiled = world.sls();
  REQUIRE(compiled.errors.size() == 1);
  CHECK(compiled.errors[0] ==
        "Detected conflicting IDs, SLS IDs need to be globally unique.\n    The conflicting ID is "
        "'x' and is found in SLS 'base:a' and SLS 'base:b'");
  CHECK(compiled.low.empty());
}

TEST_CASE("Malformed states are told in Salt's words") {
  const std::pair<const char*, const char*> cases[] = {
      {"x: 5", "ID x in SLS a is not a dictionary"},
      {"x: vim", "ID x in SLS a is not a dictionary"},
      {"x: {pkg: installed}", "State 'x' in SLS 'a' is not formed as a list"},
      {"x: {pkg.installed: }",
       "ID 'x' in SLS 'a' contains a short declaration (pkg.installed) with a trailing colon. "
       "When not passing any arguments to a state, the colon must be omitted."},
      {"x: {pkg: [{name: y}]}", "No function declared in state 'pkg' in SLS 'a'"},
      {"x: {pkg: [installed, latest]}", "Too many functions declared in state 'pkg' in SLS 'a'"},
      {"x: {pkg.installed: [], pkg.latest: []}",
       "ID 'x' in SLS 'a' contains multiple state declarations of the same type"},
      {"5: {pkg: [installed]}", "ID '5' in SLS 'a' is not formed as a string, but is a int. It may need to be quoted."},
      {"x: {pkg.installed: [{names: y}]}", "The 'names' argument in state 'x' in SLS 'a' needs to be formed as a list"},
      {"x: {pkg.installed: [{require: y}]}",
       "The require statement in state 'x' in SLS 'a' needs to be formed as a list"},
      {"x: {pkg.installed: [{require: [{pkg.installed: y}]}]}",
       "Invalid requisite type 'pkg.installed' in state 'x', in SLS 'a'. Requisite types must not contain dots, did "
       "you "
       "mean 'pkg'?"},
      {"x: {pkg.installed: [{require: [5]}]}",
       "Requisite declaration 5 in SLS a is not formed as a single key dictionary"},
      {"x: {pkg: ['refresh true']}",
       "The function \"refresh true\" in state \"x\" in SLS \"a\" has whitespace, a function with whitespace is not "
       "supported, perhaps this is an argument that is missing a \":\""},
      {"x: {pkg.installed: [{require: [{pkg: y}]}]}\ny: {pkg.installed: [{require: [{pkg: x}]}]}",
       "A recursive requisite was found, SLS \"a\" ID \"y\" ID \"x\""},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    const auto compiled = one_file(text).sls();
    REQUIRE_FALSE(compiled.errors.empty());
    CHECK(compiled.errors[0] == expected);
    CHECK(compiled.low.empty());
  }
}

TEST_CASE("A pillar with errors is refused before anything is rendered") {
  auto world = one_file("x: test.nop");
  const Map pillar{{"_errors", List{"Specified SLS 'x' in environment 'base' is not available on the salt master"}}};
  world.context.pillar = &pillar;
  world.context.render = [](const SlsFile&) -> Value { throw Error(ErrorKind::internal, "rendered"); };
  for (const auto& compiled : {world.sls(), world.highstate(), compile_top(world.context)}) {
    CHECK(compiled.pillar_failed);
    CHECK(compiled.errors == Strings{"Specified SLS 'x' in environment 'base' is not available on the salt master"});
  }
  const Map good{{"_errors", List{}}};
  world.context.pillar = &good;
  CHECK_FALSE(compile_top(world.context).pillar_failed);
}

TEST_CASE("A compile says which revisions it read") {
  CHECK(*one_file("x: test.nop").sls().revisions.find("base") == Value("memory:base"));
}

TEST_CASE("States excluded for one run are left out") {
  SlsWorld world(Files{{"a.sls", "include: [b]\nx: test.nop\n"}, {"b.sls", "y: test.nop\n"}});
  CHECK(steps(compile_sls({"a"}, world.context, {"b"})) == Strings{"test|x|x|nop"});
}
