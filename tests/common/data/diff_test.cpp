#include "common/data/diff.h"

#include <catch2/catch.hpp>

#include "common/data/line_matcher.h"

using namespace halite;

namespace {

std::string numbered(int from, int to) {
  std::string text;
  for (int i = from; i <= to; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

// The expectations are what Python's difflib prints.
TEST_CASE("equal texts have no difference") {
  CHECK(unified_diff("a\n", "a\n").empty());
  CHECK(unified_diff("", "").empty());
}

TEST_CASE("an added line is shown with its hunk") {
  CHECK(unified_diff("a\n", "a\nb\n") == "--- \n+++ \n@@ -1 +1,2 @@\n a\n+b\n");
  CHECK(unified_diff("", "a\n", "old", "new") == "--- old\n+++ new\n@@ -0,0 +1 @@\n+a\n");
  CHECK(unified_diff("a\nb\n", "") == "--- \n+++ \n@@ -1,2 +0,0 @@\n-a\n-b\n");
}

TEST_CASE("a last line without an end runs into the next, as in Salt") {
  CHECK(unified_diff("a", "b") == "--- \n+++ \n@@ -1 +1 @@\n-a+b");
}

TEST_CASE("distant changes are two hunks with three lines of context") {
  std::string changed = numbered(1, 20);
  changed.replace(changed.find("line 3\n"), 7, "three\n");
  changed.replace(changed.find("line 18\n"), 8, "");
  CHECK(unified_diff(numbered(1, 20), changed) ==
        "--- \n+++ \n@@ -1,6 +1,6 @@\n line 1\n line 2\n-line 3\n+three\n line 4\n line 5\n line 6\n"
        "@@ -15,6 +15,5 @@\n line 15\n line 16\n line 17\n-line 18\n line 19\n line 20\n");
}

TEST_CASE("lines end at newlines alone, and Latin-1 becomes UTF-8") {
  CHECK(unified_diff("a\r\n", "a\n") == "--- \n+++ \n@@ -1 +1 @@\n-a\r\n+a\n");
  CHECK(unified_diff("\xe9\n", "e\n") == "--- \n+++ \n@@ -1 +1 @@\n-\u00e9\n+e\n");
}

TEST_CASE("a line in over 1% of a long text starts no match, as difflib has it") {
  // With 199 lines the braces are matched; with 200 they are popular, and the diff is one replacement.
  const auto braces = [](int lines, const std::string& name) {
    std::string text;
    for (int i = 0; i < lines; ++i) text += i % 2 ? "}\n" : name + std::to_string(i) + "\n";
    return text;
  };
  const std::string below = unified_diff(braces(199, "a"), braces(199, "b"));
  const std::string above = unified_diff(braces(200, "a"), braces(200, "b"));
  CHECK(below.find("\n }\n") != std::string::npos);
  CHECK(above.find("\n }\n") == std::string::npos);
}

TEST_CASE("what is too large is not compared") {
  CHECK(unified_diff("aaaa\n", "b\n", "", "", 4) == "Files differ, too large to show");
}

TEST_CASE("matching gives up when it takes too much work") {
  std::vector<std::size_t> from, to;
  for (std::size_t i = 0; i < 2000; ++i) {
    from.push_back(i % 150);
    to.push_back(i * 7 % 150);
  }
  CHECK(matching_blocks(from, to));
  CHECK_FALSE(matching_blocks(from, to, 1000));
}
