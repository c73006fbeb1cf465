#include "states/text/key_values.h"

#include <catch2/catch.hpp>

namespace halite::states {
namespace {

KeyValueResult set(const std::string& text, KeyValueEdit edit) {
  return set_key_values(text, edit);
}

}  // namespace

TEST_CASE("a key gets its value where it stands") {
  const auto result = set("a=1\nb=2\n", {.wanted = {{"a", "9", ""}}});
  CHECK(result.text == "a=9\nb=2\n");
  CHECK(result.changed_lines == 1);
  CHECK(result.diff == "- a=1\n+ a=9\n");
  CHECK(set("a=9\n", {.wanted = {{"a", "9", ""}}}).changed_lines == 0);
  CHECK(set("a=1\n", {.wanted = {{"a", "9", "int"}}}).diff == "- a=1\n+ a=9 (from int type)\n");
  CHECK(set("A=1\n", {.wanted = {{"a", "9", ""}}, .key_ignore_case = true}).text == "A=9\n");
  CHECK(set("a=ON\n", {.wanted = {{"a", "on", ""}}, .value_ignore_case = true}).changed_lines == 0);
}

TEST_CASE("a key that is commented out comes in force, and a surplus one goes") {
  CHECK(set("#b=2\n", {.wanted = {{"b", "2", ""}}, .uncomment = "#"}).text == "b=2\n");
  CHECK(set("a=1\na=2\n", {.wanted = {{"a", "9", ""}}}).text == "a=9\n");
  CHECK(set("a=1\na=2\n", {.wanted = {{"a", "9", ""}}, .count = -1}).text == "a=9\na=9\n");
}

TEST_CASE("a key that is not there is added when that is asked for") {
  KeyValueEdit edit{.wanted = {{"z", "1", ""}, {"y", "2", ""}}};
  CHECK(set("a=1", edit).text == "a=1");
  edit.append_if_not_found = true;
  CHECK(set("a=1", edit).text == "a=1\nz=1\ny=2\n");
  edit.append_if_not_found = false;
  edit.prepend_if_not_found = true;
  CHECK(set("a=1\n", edit).text == "y=2\nz=1\na=1\n");
}

}  // namespace halite::states
