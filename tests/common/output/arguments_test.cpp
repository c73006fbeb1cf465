#include "common/output/arguments.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

using namespace halite;

TEST_CASE("an argument is YAML where it is meant") {
  CHECK(parse_argument("1") == Value(1));
  CHECK(parse_argument("1.5") == Value(1.5));
  CHECK(parse_argument("true") == Value(true));
  CHECK(parse_argument("yes") == Value(true));
  CHECK(parse_argument("None") == Value());
  CHECK(parse_argument("null") == Value());
  CHECK(parse_argument("[a, 2]") == Value(List{"a", 2}));
  CHECK(parse_argument("{a: b}") == Value(Map{{"a", "b"}}));
  CHECK(parse_argument("\"5\"") == Value("5"));
  CHECK(parse_argument("text") == Value("text"));
}

TEST_CASE("what nobody meant as YAML stays text") {
  for (const char* text : {"", "  ", "---", "...", "12_34", "a: b", "- a", "a\tb", "two\nlines", "#", "# note", "a #b", "|", "!", "*", "%x",
                           "[open", "@x", "{open", "20261122025519354631", "`x`", "a: b: c"})
    CHECK(parse_argument(text) == Value(text));
}

TEST_CASE("a comment sign does not hide the rest") { CHECK(parse_argument("[1, 2] # x") == Value(List{1, 2})); }

TEST_CASE("name=value is a keyword when a name stands in front of one sign") {
  CHECK(split_keyword("test=True") == std::pair<std::string, std::string>("test", "True"));
  CHECK(split_keyword("a.b-c=") == std::pair<std::string, std::string>("a.b-c", ""));
  CHECK(split_keyword("_x=1=2") == std::pair<std::string, std::string>("_x", "1=2"));
  for (const char* text : {"a==b", "1a=b", "=b", "a b=c", "-a=b", "plain", "a=two\nlines"}) CHECK_FALSE(split_keyword(text));
}

TEST_CASE("keywords come last, in one marked map") {
  CHECK(parse_arguments({"a", "test=True", "1", "saltenv=base"}) ==
        List{"a", 1, Map{{"__kwarg__", true}, {"test", true}, {"saltenv", "base"}}});
  CHECK(parse_arguments({"x=1", "y=1"}, {"y"}) == List{Map{{"__kwarg__", true}, {"x", 1}, {"y", "1"}}});
  CHECK(parse_arguments({}).empty());
}

TEST_CASE("several functions take their arguments between separators") {
  const auto calls = parse_calls("test.arg,test.ping, cmd.run", {"a", "b=1", ",", ",", "ls"});
  REQUIRE(calls.size() == 3);
  CHECK(calls[0].arguments == List{"a", Map{{"__kwarg__", true}, {"b", 1}}});
  CHECK(calls[1].arguments.empty());
  CHECK(calls[2].function == "cmd.run");
  CHECK(calls[2].arguments == List{"ls"});
}

TEST_CASE("a separator at the end of a word ends the function's arguments too") {
  const auto calls = parse_calls("test.echo,test.echo,test.ping", {"a1,", "b"});
  REQUIRE(calls.size() == 3);
  CHECK(calls[0].arguments == List{"a1"});
  CHECK(calls[1].arguments == List{"b"});
  CHECK(calls[2].arguments.empty());
}

TEST_CASE("another separator leaves commas alone") {
  const auto calls = parse_calls("cmd.run,cmd.run", {"echo a,b", "::", "echo c"}, {}, "::");
  CHECK(calls[0].arguments == List{"echo a,b"});
  CHECK(calls[1].arguments == List{"echo c"});
}

TEST_CASE("one function keeps a lone comma as an argument") {
  const auto calls = parse_calls("test.arg", {"a", ","});
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].arguments == List{"a", ","});
}

TEST_CASE("more groups of arguments than functions is an error") {
  CHECK_THROWS_AS(parse_calls("test.echo,test.ping", {"a", ",", "b", ",", "c"}), Error);
}
