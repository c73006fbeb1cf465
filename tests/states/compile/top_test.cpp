// Top files: environments, matchers, merging.
#include "states/compile/top.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/states/compile/world.h"

using namespace halite;
using namespace halite::states;
using Files = test::MemoryTree::Files;
using Strings = std::vector<std::string>;

namespace {

SlsWorld with_top(const std::string& top) {
  return SlsWorld(Files{
      {"top.sls", top}, {"users.sls", "u: test.nop"}, {"web/a.sls", "wa: test.nop"}, {"web/b.sls", "wb: test.nop"}});
}

SlsWorld environments(const std::string& base, const std::string& dev) {
  return SlsWorld(std::map<std::string, Files>{{"base", {{"top.sls", base}, {"a.sls", ""}}},
                                               {"dev", {{"top.sls", dev}, {"a.sls", ""}}}});
}

}  // namespace

TEST_CASE("A top file gives the SLS files of the targets that match") {
  auto world = with_top(
      "base:\n  '*': [users]\n  'web*': ['web.*', users]\n  'db*': [nosuch]\n  web: [{match: nodegroup}, web.a]\n");
  const auto compiled = world.highstate();
  CHECK(compiled.errors == Strings{});
  CHECK(to_json(compiled.top) == R"({"base": ["users", "web.*", "users", "web.a"]})");
  CHECK(steps(compiled) == Strings{"test|u|u|nop", "test|wa|wa|nop", "test|wb|wb|nop"});
}

TEST_CASE("No top file, or one that matches nobody, is an empty highstate") {
  for (const auto* top : {"", "base: {'db*': [users]}"}) {
    const auto compiled = with_top(top).highstate();
    CHECK(compiled.ok());
    CHECK(compiled.top.empty());
    CHECK(compiled.low.empty());
  }
  CHECK(SlsWorld(Files{}).highstate().top.empty());
}

TEST_CASE("A missing SLS file of the top is named") {
  CHECK(with_top("base: {'*': [nosuch]}").highstate().errors ==
        Strings{"No matching sls found for 'nosuch' in env 'base'"});
}

TEST_CASE("Malformed top files are told in Salt's words") {
  const std::pair<const char*, const char*> cases[] = {
      {"base: {'*': users}", "Malformed topfile (state declarations not formed as a list)"},
      {"base: [users]", "The top file matches for saltenv base are not formatted as a dict"},
      {"base: {'*': ['']}", "Environment base contains an empty sls index"},
      {"base:", "Unable to render top file: Unable to render top file. No targets found."},
      {"5: {'*': [users]}", "Environment 5 in top file is not formed as a string"},
  };
  for (const auto& [top, expected] : cases) {
    INFO(top);
    const auto compiled = with_top(top).highstate();
    REQUIRE_FALSE(compiled.errors.empty());
    CHECK(compiled.errors[0] == expected);
  }
  CHECK(with_top("- x").highstate().errors[0].find("must be a map of environments") != std::string::npos);
  CHECK(with_top("base: {").highstate().errors[0].find("top.sls:") != std::string::npos);
}

TEST_CASE("By default the base environment's top file decides") {
  const auto top = [](const char* base, const char* dev) {
    auto world = environments(base, dev);
    return to_json(compile_top(world.context).top);
  };
  CHECK(top("base: {'*': [a]}", "base: {'*': [b]}\ndev: {'*': [a]}") == R"({"base": ["a"], "dev": ["a"]})");
  CHECK(top("base: {'*': [a]}\ndev: {'*': [c]}", "dev: {'*': [a]}") == R"({"base": ["a"], "dev": ["c"]})");
}

TEST_CASE("With `same` each environment has its own top file, or the default one's section") {
  const auto top = [](const char* base, const char* dev) {
    auto world = environments(base, dev);
    world.context.options.top_file_merging_strategy = "same";
    return to_json(compile_top(world.context).top);
  };
  CHECK(top("base: {'*': [a]}\ndev: {'*': [c]}", "base: {'*': [x]}\ndev: {'*': [b]}") ==
        R"({"base": ["a"], "dev": ["b"]})");
  CHECK(top("base: {'*': [a]}\ndev: {'*': [c]}", "") == R"({"base": ["a"], "dev": ["c"]})");
}

TEST_CASE("With `merge_all` the lists of a target are joined") {
  auto world = environments("base: {'web*': [a, b]}", "base: {'web*': [{match: glob}, b, c]}");
  world.context.options.top_file_merging_strategy = "merge_all";
  CHECK(to_json(merged_top(world.context)) == R"({"base": {"web*": [{"match": "glob"}, "a", "b", "c"]}})");
}

TEST_CASE("A chosen saltenv reads its own top file and section alone") {
  auto world = environments("base: {'*': [a]}\ndev: {'*': [c]}", "dev: {'*': [b]}\nbase: {'*': [x]}");
  world.context.saltenv = "dev";
  CHECK(to_json(compile_top(world.context).top) == R"({"dev": ["b"]})");
}

TEST_CASE("One environment's top file can be made the only one, and their order be given") {
  auto world = environments("base: {'*': [a]}", "dev: {'*': [b]}\nbase: {'*': [x]}");
  world.context.options.state_top_saltenv = "dev";
  CHECK(to_json(compile_top(world.context).top) == R"({"dev": ["b"]})");
  world.context.options.state_top_saltenv.reset();
  world.context.options.env_order = {"dev", "base", "nosuch", "dev"};
  CHECK(environments_of(world.context) == Strings{"dev", "base"});
}

TEST_CASE("Top files include others, each once") {
  SlsWorld world(Files{{"top.sls", "include: ['tops.*', tops.a]\nbase: {'*': [a]}"},
                       {"tops/a.sls", "include: [tops.a]\nbase: {'web1*': [b]}"}});
  CHECK(to_json(compile_top(world.context).top) == R"({"base": ["a", "b"]})");
}

TEST_CASE("A nodegroup that is defined nowhere means no one, and a malformed target is an error") {
  auto world = with_top("base: {nosuch: [{match: nodegroup}, web.a], '*': [users]}");
  ErrorKind kind = ErrorKind::not_found;
  world.context.matches = [&](const std::string&, const std::string& matcher) {
    if (matcher == "nodegroup") throw Error(kind, "there is no nodegroup");
    return true;
  };
  CHECK(to_json(compile_top(world.context).top) == R"({"base": ["users"]})");
  kind = ErrorKind::invalid;
  CHECK(compile_top(world.context).errors == Strings{"Unable to render top file: there is no nodegroup"});
}

TEST_CASE("Subfilters narrow, and an item may name another environment") {
  auto world = environments("base: {'*': [{subfilter: {'web*': [s], 'db*': [t]}}, {dev: other}, {nosuch: x}, a]}", "");
  CHECK(to_json(compile_top(world.context).top) == R"({"base": ["s", "a"], "dev": ["other"]})");
}

TEST_CASE("What the master's own matchers add comes behind the top file, or before") {
  auto world = with_top("base: {'*': [users]}");
  world.context.master_tops = [] { return Map{{"base", List{"users", "web.a"}}, {"dev", List{"x"}}}; };
  CHECK(to_json(compile_top(world.context).top) == R"({"base": ["users", "web.a"], "dev": ["x"]})");
  world.context.options.master_tops_first = true;
  world.context.master_tops = [] { return Map{{"base", List{"web.a", "web.b"}}}; };
  CHECK(to_json(compile_top(world.context).top) == R"({"base": ["web.a", "web.b", "users"]})");
}
