#include "states/text/ini.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::states {

TEST_CASE("only what changes is written anew") {
  IniText ini("; head\ntop=1\n\n[a]\nb=1\nc:2\n# note\n\n[z]\nq =  1\n", "=");
  CHECK(ini.get("", "top") == "1");
  CHECK(ini.get("a", "b") == "1");
  CHECK_FALSE(ini.get("a", "c"));
  CHECK(ini.sections() == std::vector<std::string>{"a", "z"});
  ini.set("a", "b", "5");
  ini.set("a", "n", "x");
  ini.set("new", "k", "v");
  CHECK(ini.text() == "; head\ntop=1\n\n[a]\nb = 5\nc:2\n# note\nn = x\n\n[z]\nq =  1\n\n[new]\nk = v\n");
}

TEST_CASE("a comment that names an option gives it its place") {
  IniText ini("[a]\n#Port = 22\nOther = 1\n", "=");
  ini.set("a", "Port", "23");
  CHECK(ini.text() == "[a]\nPort = 23\nOther = 1\n");
}

TEST_CASE("a value may go on in indented lines, and goes with its option") {
  IniText ini("[a]\nlong = 1\n  2\n  3\nnext = 4\n", "=");
  CHECK(ini.get("a", "long") == "1\n  2\n  3");
  CHECK(ini.remove("a", "long"));
  CHECK_FALSE(ini.remove("a", "long"));
  CHECK(ini.text() == "[a]\nnext = 4\n");
}

TEST_CASE("sections come and go whole") {
  IniText ini("[a]\nb=1\n", "=");
  ini.add_section("n");
  ini.add_section("a");
  CHECK(ini.text() == "[a]\nb=1\n\n[n]\n");
  CHECK(ini.remove_section("a"));
  CHECK_FALSE(ini.remove_section("a"));
  CHECK(ini.text() == "[n]\n");
  CHECK_THROWS_AS(IniText("", ""), Error);
}

}  // namespace halite::states
