#include "states/text/missing_text.h"

#include <catch2/catch.hpp>

namespace halite::states {

TEST_CASE("a text is held when its lines are there together, whatever the white space") {
  CHECK(holds_text("a   b\nc\n", "a b", true));
  CHECK(holds_text("x\n  a b\n c\n", "a b\nc", true));
  CHECK_FALSE(holds_text("a b c\n", "a b", true));
  CHECK_FALSE(holds_text("x a b\n", "a b", true));
  CHECK_FALSE(holds_text("a   b\n", "a b", false));
  CHECK(holds_text("x\na b\n", "a b", false));
  CHECK_FALSE(holds_text("", "a", true));
}

TEST_CASE("what is missing is added as a whole, behind or in front") {
  const auto missing = missing_lines("x\ny\n", {"y", "x\nnew"}, true);
  CHECK(missing == std::vector<std::string>{"x", "new"});
  CHECK(with_lines_behind("x", missing) == "x\nx\nnew\n");
  CHECK(with_lines_behind("x", {}) == "x");
  CHECK(with_lines_in_front("x\n", missing) == "x\nnew\nx\n");
  CHECK(has_header("h\nx\n", {"h"}));
  CHECK_FALSE(has_header("x\nh\n", {"h"}));
}

}  // namespace halite::states
