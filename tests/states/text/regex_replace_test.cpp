#include "states/text/regex_replace.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::states {
namespace {

const RegexOptions standard = regex_options(8);

}  // namespace

TEST_CASE("what an expression finds is replaced, all of it or so many") {
  CHECK(regex_replace("foo=1\nfoo=2\n", {.pattern = "^foo=.*", .replacement = "foo=9", .options = standard}) ==
        "foo=9\nfoo=9\n");
  CHECK(regex_replace("foo=1\nfoo=2\n",
                      {.pattern = "^foo=.*", .replacement = "foo=9", .count = 1, .options = standard}) ==
        "foo=9\nfoo=2\n");
  CHECK(regex_replace("a=1\n", {.pattern = "(\\w)=(\\d)", .replacement = "\\2=\\1", .options = standard}) == "1=a\n");
  CHECK(regex_replace("a\n", {.pattern = "a", .replacement = "\\1", .options = standard, .backslash_literal = true}) ==
        "\\1\n");
}

TEST_CASE("what is not found is added, and not a second time") {
  RegexReplace edit{.pattern = "^zzz", .replacement = "new", .options = standard, .append_if_not_found = true};
  const std::string once = regex_replace("a", edit);
  CHECK(once == "a\nnew\n");
  CHECK(regex_replace(once, edit) == once);
  edit.append_if_not_found = false;
  CHECK(regex_replace("a", edit) == "a");
  edit.prepend_if_not_found = true;
  edit.not_found_content = "other";
  CHECK(regex_replace("a\n", edit) == "other\na\n");
  edit.append_if_not_found = true;
  CHECK_THROWS_WITH(regex_replace("a\n", edit), Catch::Contains("Only one of"));
}

TEST_CASE("flags are numbers, names or lists of names") {
  CHECK(regex_options(10).ignore_case);
  CHECK(regex_options("DOTALL").dot_all);
  CHECK(regex_options(List{"ignorecase", "M"}).multiline);
  CHECK_FALSE(regex_options(0).multiline);
  CHECK_THROWS_WITH(regex_options("NOPE"), Catch::Contains("Invalid re flag given: NOPE"));
}

}  // namespace halite::states
