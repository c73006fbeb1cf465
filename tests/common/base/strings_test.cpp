#include "common/base/strings.h"

#include <catch2/catch.hpp>

namespace halite {

using namespace std::string_literals;

TEST_CASE("split keeps empty parts, split_words has none") {
  CHECK(split("a::b", ':') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("", ':') == std::vector<std::string>{""});
  CHECK(split_words("  a \t b\n") == std::vector<std::string>{"a", "b"});
  CHECK(split_words("   ").empty());
}

TEST_CASE("split_lines takes both line ends and adds no empty last line") {
  CHECK(split_lines("a\r\nb\n") == std::vector<std::string>{"a", "b"});
  CHECK(split_lines("").empty());
  CHECK(split_lines("\n") == std::vector<std::string>{""});
}

TEST_CASE("parse_int takes a whole decimal number and nothing else") {
  CHECK(parse_int("-42") == -42);
  CHECK_FALSE(parse_int(""));
  CHECK_FALSE(parse_int("4 "));
  CHECK_FALSE(parse_int("0x10"));
  CHECK_FALSE(parse_int("99999999999999999999"));
}

TEST_CASE("base64 and hex survive a round trip and refuse what is malformed") {
  for (const std::string& text : {std::string(), "f"s, "fo"s, "foo"s, "foob"s, "\0\xff\x80"s}) {
    CHECK(from_base64(to_base64(text)) == text);
    CHECK(from_hex(to_hex(text)) == text);
  }
  CHECK(to_base64("foobar") == "Zm9vYmFy");
  CHECK(to_base64("fooba") == "Zm9vYmE=");
  for (const char* wrong : {"Zg", "Zg=", "Z===", "=AAA", "Zm=v", "Zm9v!A==", "Zm9v\n"}) CHECK_FALSE(from_base64(wrong));
  for (const char* wrong : {"0", "zz", "0 "}) CHECK_FALSE(from_hex(wrong));
}

TEST_CASE("UTF-8 is checked as RFC 3629 says") {
  CHECK(is_valid_utf8("h\xC3\xA9 \xF0\x9F\x98\x80"));
  for (const char* wrong : {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"})
    CHECK_FALSE(is_valid_utf8(wrong));
}

TEST_CASE("escaped text can't steer a terminal") {
  CHECK(escape_control("a\x1b[2Jb\n") == "a\\x1b[2Jb\\x0a");
  CHECK(escape_control("a\nb", true) == "a\nb");
  CHECK(escape_control("\xC2\x9B" "31m") == "\\xc2\\x9b31m");
  CHECK(escape_control("\xC3\xA9\t\xFF") == "\xC3\xA9\t\\xff");
}

TEST_CASE("globs match as fnmatch does") {
  CHECK(glob_match("web*.psf.io", "web1.nyc1.psf.io"));
  CHECK(glob_match("w?b[0-9]", "web7"));
  CHECK(glob_match("w[!a]b", "web"));
  CHECK_FALSE(glob_match("w[!e]b", "web"));
  CHECK(glob_match("*", ""));
  CHECK(glob_match("[]]", "]"));
  CHECK(glob_match("[", "["));
  CHECK_FALSE(glob_match("WEB", "web"));
  CHECK_FALSE(glob_match("a*b*c", "a-b-d"));
  CHECK_FALSE(glob_match(std::string(5000, '*') + "x", std::string(5000, 'y')));
}

TEST_CASE("the nearest name is suggested, a far one is not") {
  CHECK(nearest("contnets", {"contents", "context"}) == "contents");
  CHECK_FALSE(nearest("zebra", {"contents", "context"}));
  CHECK(did_you_mean("file.manged", {"file.managed"}) == "; did you mean 'file.managed'?");
}

}  // namespace halite
