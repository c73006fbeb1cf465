#include "common/base/shell_words.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite {

using Words = std::vector<std::string>;

TEST_CASE("words are taken apart as a shell does") {
  CHECK(split_shell_words("a  'b c'\t\"d e\"\n f").size() == 4);
  CHECK(split_shell_words("a'b'\"c\"") == Words{"abc"});
  CHECK(split_shell_words(R"(a\ b "c\"d\\e\n" 'f\g')") == Words{"a b", R"(c"d\e\n)", R"(f\g)"});
  CHECK(split_shell_words("'' \"\"") == Words{"", ""});
  CHECK(split_shell_words("  ").empty());
}

TEST_CASE("a quote left open and a backslash at the end are errors that show the line") {
  CHECK_THROWS_WITH(split_shell_words("echo 'x"), "the command line has an open quote ('): echo 'x");
  CHECK_THROWS_AS(split_shell_words("echo \\"), Error);
}

TEST_CASE("what is quoted is one word again") {
  for (const std::string text : {"plain", "two words", "it's", "", "a;b|c&", "$HOME", "\\", "\"", "--x=/y"})
    CHECK(split_shell_words(shell_quote(text)) == Words{text});
  CHECK(shell_quote("git@host:a/b.git") == "git@host:a/b.git");
}

}  // namespace halite
