#include "common/data/regex.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

using namespace halite;
using Catch::Contains;

TEST_CASE("match is anchored at the start, search is not") {
  const Regex web = Regex::compile("web");
  CHECK(web.match("web1"));
  CHECK_FALSE(web.match("a-web1"));
  CHECK(web.search("a-web1")->start() == 2);
  CHECK_FALSE(web.full_match("web1"));
  CHECK(web.full_match("web"));
}

TEST_CASE("groups are found by number and by name") {
  const Regex regex = Regex::compile("(?P<name>[a-z]+)(x)?-(\\d+)");
  const auto match = regex.search("  db-12 ");
  REQUIRE(match);
  CHECK(match->group(0) == "db-12");
  CHECK(match->group(1) == "db");
  CHECK_FALSE(match->group(2));
  CHECK(match->group(3) == "12");
  CHECK_FALSE(match->group(9));
  CHECK(regex.group_count() == 3);
  CHECK(regex.group_names() == std::vector<std::pair<std::string, std::size_t>>{{"name", 1}});
}

TEST_CASE("Python's meanings hold where PCRE's differ") {
  CHECK(Regex::compile("a{,2}b").full_match("aab"));
  CHECK_FALSE(Regex::compile("a\\Z").match("a\n"));
  CHECK(Regex::compile("a$").match("a\n"));
  CHECK(Regex::compile("[[:alpha:]]").full_match(":]"));
  CHECK(Regex::compile("\\u00e9\\x41\\v").full_match("\u00e9A\v"));
  CHECK(Regex::compile("\\w+").full_match("\u0142\u00f3d\u017a"));
  CHECK_FALSE(Regex::compile("(?a)\\w+").full_match("\u0142"));
  CHECK(Regex::compile("(?i)WEB").match("web"));
  CHECK(Regex::compile("(x)?(?(1)a|b)").full_match("xa"));
  CHECK_FALSE(Regex::compile("(x)?(?(1)a|b)").full_match("xb"));
  CHECK(Regex::compile("\\141\\060").full_match("a0"));
  CHECK(Regex::compile("(a)\\1").full_match("aa"));
  CHECK(Regex::compile("(?P<x>a)(?P=x)").full_match("aa"));
  CHECK(Regex::compile("a.b", {.dot_all = true}).match("a\nb"));
  CHECK_FALSE(Regex::compile("a.b").match("a\nb"));
  CHECK(Regex::compile("a.b").match("a\rb"));
  CHECK(Regex::compile("^b", {.multiline = true}).search("a\nb"));
}

TEST_CASE("what Python refuses is refused with the position") {
  CHECK_THROWS_WITH(Regex::compile("web["), "bad regular expression 'web[' at position 3: unterminated character set");
  CHECK_THROWS_WITH(Regex::compile("a(b"), Contains("position 3") && Contains("missing )"));
  CHECK_THROWS_WITH(Regex::compile("ab)"), Contains("position 2: unbalanced parenthesis"));
  for (const char* pattern : {"(*UTF)a", "\\Ka", "(?R)", "\\p{L}", "(?|a)", "(?<n>a)", "a**", "*a", "\\q", "a\\", "x(?i)y", "\\8",
                              "(?z)", "[b-a]", "\\xg1", "(?C1)a", "(?&x)", "\\Qa\\E", "\\R"})
    CHECK_THROWS_AS(Regex::compile(pattern), Error);
  CHECK_THROWS_WITH(Regex::compile("\xff"), Contains("not UTF-8"));
  CHECK_THROWS_WITH(Regex::compile(std::string(70'000, 'a')), Contains("over the limit"));
}

TEST_CASE("find_all gives empty matches as Python does") {
  std::vector<std::pair<std::size_t, std::size_t>> spans;
  for (const auto& match : Regex::compile("x*").find_all("axb")) spans.emplace_back(match.start(), match.end());
  CHECK(spans == std::vector<std::pair<std::size_t, std::size_t>>{{0, 0}, {1, 2}, {2, 2}, {3, 3}});
}

TEST_CASE("replace knows Python's templates") {
  CHECK(Regex::compile("(a)(?P<n>b)?").replace("ab-a", "<\\1\\g<n>\\g<0>>") == "<abab>-<aa>");
  CHECK(Regex::compile("a").replace("aaa", "\\\\\\n.", 2) == "\\\n.\\\n.a");
  CHECK(Regex::compile("x*").replace("abxd", "-") == "-a-b--d-");
  CHECK(Regex::compile("a").replace("a", "\\060\\0\\.") == std::string("0\0\\.", 4));
  CHECK_THROWS_WITH(Regex::compile("a").replace("a", "\\1"), Contains("no group 1"));
  CHECK_THROWS_WITH(Regex::compile("a").replace("a", "\\g<n>"), Contains("no group 'n'"));
  CHECK_THROWS_WITH(Regex::compile("a").replace("a", "\\q"), Contains("bad escape"));
  CHECK_THROWS_WITH(Regex::compile("a").replace("a", "x\\"), Contains("lone backslash"));
}

TEST_CASE("split keeps the groups") {
  const auto pieces = Regex::compile("(,)|;").split("a,b;c");
  CHECK(pieces == std::vector<std::optional<std::string>>{"a", ",", "b", std::nullopt, "c"});
  CHECK(Regex::compile(",").split("a,b,c", 1).size() == 2);
}

TEST_CASE("a catastrophic pattern ends in an error, soon") {
  CHECK_THROWS_WITH(Regex::compile("(a+)+$").match(std::string(60, 'a') + "!"), Contains("too many steps"));
  CHECK_THROWS_WITH(Regex::compile("(a|a)*[bc]").search(std::string(5000, 'a')), Contains("too many steps"));
  CHECK_THROWS_AS(Regex::compile(std::string(5000, '(') + std::string(5000, ')')), Error);
}

TEST_CASE("a long but harmless search succeeds") {
  const std::string text = std::string(300'000, 'a') + "foo";
  CHECK(Regex::compile("(?s).*foo").match(text));
  CHECK(Regex::compile("a+foo$").search(text));
}

TEST_CASE("text that is not UTF-8 is refused unless bytes are asked for") {
  CHECK_THROWS_WITH(Regex::compile(".").match("\xff"), Contains("not UTF-8"));
  CHECK(Regex::compile("\\xff.", {.bytes = true}).full_match("\xff\xfe"));
}

TEST_CASE("escape makes any text a pattern of itself") {
  const std::string text = "a.b*[c] #\\d\n";
  CHECK(Regex::compile(Regex::escape(text)).full_match(text));
}
