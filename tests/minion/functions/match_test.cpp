#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("match.search_by names every key that means this minion") {
  Caller minion;
  const Map roles{{"web", List{"web*"}}, {"db", List{"db1", "E@db\\d"}}, {"all", "*"}};
  CHECK(minion.call("match.search_by", {roles}) == Value(List{"web", "all"}));
  CHECK(minion.call("match.search_by", {roles}, {{"minion_id", "db2"}}) == Value(List{"db", "all"}));
  CHECK(minion.call("match.search_by", {Map{{"db", List{"db*"}}}}) == Value());
  CHECK(minion.call("match.search_by", {roles}, {{"tgt_type", "globe"}}).as_string().find("glob") != std::string::npos);
}

TEST_CASE("match.ifelse gives the value beside the first target that matches, or the last") {
  Caller minion;
  CHECK(minion.call("match.ifelse", {"db*", 1, "web*", 2, 3}) == Value(2));
  CHECK(minion.call("match.ifelse", {"db*", 1, false, 2, 3}) == Value(3));
  CHECK(minion.call("match.ifelse", {"db*", 1, true, 2, 3}) == Value(2));
  CHECK(minion.call("match.ifelse", {"only"}) == Value("only"));
  CHECK(minion.call("match.ifelse", {"db*", 1, 3}, {{"minion_id", "db7"}}) == Value(1));
  CHECK(minion.call("match.ifelse", {"db*", 1}).as_string().find("odd number") != std::string::npos);
  CHECK(minion.call("match.ifelse", {"x"}, {{"merge", true}}).as_string().find("not 'merge'") != std::string::npos);
}

}  // namespace halite::minion
