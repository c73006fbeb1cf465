// config.*, pillar.filter_by, sys.*: what formulas and editors read.
#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  Minion() { config.values = Map{{"app", Map{{"port", 80}, {"names", List{"a"}}}}, {"app.user", "web"}}; }
};

}  // namespace

TEST_CASE("config.get with a merge joins what options and pillar say, without it the first has it all") {
  Minion minion;
  CHECK(minion.call("config.get", {"app"}) == Value(Map{{"port", 80}, {"names", List{"a"}}}));
  CHECK(minion.call("config.get", {"app"}, {{"merge", "recurse"}}) == Value(Map{{"port", 80}, {"names", List{"a"}}}));
  CHECK(minion.call("config.get", {"app:port"}, {{"merge", "recurse"}}) == Value(80));
  CHECK(minion.call("config.get", {"none"}, {{"merge", "recurse"}, {"default", "x"}}) == Value("x"));
  CHECK(minion.call("config.get", {"os"}, {{"merge", "overwrite"}}) == minion.call("grains.get", {"os"}));
  CHECK(minion.call("config.merge", {"app"}) == Value(Map{{"port", 80}, {"names", List{"a"}}}));
  CHECK(minion.call("config.dot_vals", {"app"}) == Value(Map{{"app.user", "web"}}));
}

TEST_CASE("a map's entry is chosen by a grain or a pillar value, merged over a base") {
  Minion minion;
  const Map entries{{"base", Map{{"pkg", "x"}, {"port", 1}}}, {"Deb*", Map{{"port", 2}}}, {"default", Map{{"port", 3}}}};
  const Value chosen = minion.call("grains.filter_by", {entries}, {{"grain", "os_family"}, {"base", "base"}, {"merge", Map{{"x", Map{{"y", 1}}}}}});
  CHECK(*chosen.find("pkg") == Value("x"));
  CHECK(*chosen.find("x")->find("y") == Value(1));
  CHECK(minion.call("pillar.filter_by", {entries, "no:such"}) == Value(Map{{"port", 3}}));
  CHECK(minion.call("pillar.filter_by", {Map{{"default", "text"}}, "none"}, {{"merge", Map{{"a", 1}}}}).as_string().find("can merge into a map only") !=
        std::string::npos);
}

TEST_CASE("defaults are values, and a state's schema names what it needs") {
  Minion minion;
  CHECK(*minion.call("sys.state_argspec", {"file.touch"}).find("file.touch")->find("defaults") == Value(List{nullptr, nullptr, false}));
  const Value schema = minion.call("sys.state_schema", {"file.mknod"}).as_list().at(0);
  CHECK(*schema.find("title") == Value("file.mknod"));
  CHECK(*schema.find("required") == Value(List{"name", "ntype"}));
  CHECK(schema.find("properties")->find("mode")->find("description")->is_string());
}

}  // namespace halite::minion
