#include "states/text/edit_line.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::states {

TEST_CASE("a line is ensured beside the one that is found, with its indent, and only once") {
  CHECK(edit_line("a\nb\nd\n", {.mode = "ensure", .content = "new", .after = "^b"}) == "a\nb\nnew\nd\n");
  CHECK(edit_line("a\n  c\nd\n", {.mode = "ensure", .content = "new", .after = "c"}) == "a\n  c\n  new\nd\n");
  CHECK(edit_line("a\nc\n", {.mode = "ensure", .content = "  new", .after = "a", .indent = false}) == "a\n  new\nc\n");
  CHECK(edit_line("a\nb\nd\n", {.mode = "ensure", .content = "new", .before = "d"}) == "a\nb\nnew\nd\n");
  CHECK(edit_line("a\nnew\nd\n", {.mode = "ensure", .content = "new", .before = "d"}) == "a\nnew\nd\n");
  CHECK(edit_line("a\nold\nd\n", {.mode = "ensure", .content = "new", .before = "^d", .after = "a"}) == "a\nnew\nd\n");
  CHECK(edit_line("a\nb", {.mode = "ensure", .content = "new", .after = "b"}) == "a\nb\nnew");
}

TEST_CASE("a line is inserted at the ends of a file") {
  CHECK(edit_line("a\n", {.mode = "insert", .content = "new", .location = "start"}) == "new\na\n");
  CHECK(edit_line("", {.mode = "insert", .content = "new", .location = "start"}) == "new\n");
  CHECK(edit_line("a\r\nb\r\n", {.mode = "insert", .content = "new", .location = "start"}) == "new\r\na\r\nb\r\n");
}

TEST_CASE("a line is replaced and deleted by what finds it") {
  CHECK(edit_line("a\n  b\n", {.mode = "replace", .content = "new", .match = "b"}) == "a\n  new\n");
  CHECK(edit_line("a\nb\na\n", {.mode = "delete", .match = "a"}) == "b\n");
  CHECK(edit_line("a\nb\n", {.mode = "delete", .content = "b"}) == "a\n");
  CHECK(edit_line("a\n", {.mode = "delete", .content = "zz"}) == "a\n");
  CHECK(edit_line("", {.mode = "replace", .content = "x", .match = "b"}).empty());
}

TEST_CASE("what is found more or less than once is refused, and so are other modes") {
  const auto edit = [](LineEdit asked) { return edit_line("a\nb\nc\na\n", asked); };
  CHECK_THROWS_WITH(edit({.mode = "ensure", .content = "x", .after = "a"}),
                    "Found more than expected occurrences in \"after\" expression");
  CHECK_THROWS_WITH(edit({.mode = "ensure", .content = "x", .before = "b", .after = "c"}),
                    Catch::Contains("more than one line between"));
  CHECK_THROWS_WITH(edit({.mode = "insert", .content = "x"}), Catch::Contains("conditions are required"));
  CHECK_THROWS_WITH(edit({.mode = "ensure", .content = "x"}), Catch::Contains("Wrong conditions"));
  CHECK_THROWS_WITH(edit({.mode = "nonsense", .content = "x"}), "Unknown mode: \"nonsense\"");
  CHECK_THROWS_WITH(edit({.mode = "ensure"}), Catch::Contains("Content can only be empty"));
  CHECK_THROWS_AS(edit({.mode = "ensure", .content = "x", .after = "("}), Error);
}

}  // namespace halite::states
