// Literals are read beside the parser where a document is plain, and nobody may see a difference.
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/data/yaml.h"
#include "common/data/yaml_literals.h"

using namespace halite;
using Catch::StartsWith;

namespace {

std::string literal(const std::string& text) { return from_yaml(text, "web.sls").find("a")->as_string(); }

}  // namespace

TEST_CASE("a literal ends in as many line ends as its sign says") {
  CHECK(literal("a: |\n  x\n   y\n\n\nb: 1\n") == "x\n y\n");
  CHECK(literal("a: |-\n  x\n\n") == "x");
  CHECK(literal("a: |+\n  x\n\n\nb: 1\n") == "x\n\n\n");
  CHECK(literal("a: |\n  x") == "x");
  CHECK(literal("a: |\n\n\n  x\n  \n   \n") == "\n\nx\n\n \n");
}

TEST_CASE("plain documents lose their literals before the parser sees them") {
  const auto cut = yaml::cut_literals("# c\na: |\n  key: |\n  - 'x\nb:\n  - c: |-\n      y\n    d: 'q'\n");
  REQUIRE(cut);
  CHECK(cut->text == "# c\na: |\n  x\nb:\n  - c: |-\n      x\n    d: 'q'\n");
  CHECK(cut->literals.at(2) == "key: |\n- 'x\n");
  CHECK(cut->literals.at(6) == "y");
}

TEST_CASE("where a line may be something else than it seems, the parser reads it all") {
  for (const char* text : {"a: 1\n", "a: 'b\n  c: |\n  d'\n", "a: word\n  - |\n  x\n", "a: &x |\n  y\n", "a: !!str |\n  y\n", "a: |2\n   y\n",
                           "a: |\n\ty\n", "a: |\n  \xC3\xA9\n", "a: [b,\n  c]\nd: |\n  x\n", "- word\n  d: |\n   x\n", "a: |\nb: 1\n", "a: |\n   \n  x\n",
                           "? a\n: |\n  x\n", "--- |\n  x\n", "a: |\n", "a: \"b\\\"\nc: |\n  x\n", "a: | # c\n  x\n", "- a b: |\n    x\nc: |\n  y\n", "- a!b:\n   |\n    x\n- |\n  y\n", "a: |\r\n  x\r\n"}) {
    INFO(text);
    CHECK_FALSE(yaml::cut_literals(text));
  }
}

TEST_CASE("behind literals, lines are counted as if they were there") {
  const YamlDocument document = load_yaml("a: |\n  x\n  y\n\nb:\n  - 1\n  - |\n    z\n\n  - 2\n", "web.sls");
  const Map& top = document.value.as_map();
  CHECK(document.lines.line_of(top, "b") == 5);
  CHECK(document.lines.line_of(document.value.find("b")->as_list(), 2) == 10);
  CHECK_THROWS_WITH(literal("a: |\n  x\n  y\n b: 1\n"), StartsWith("web.sls:4:2: did not find expected key"));
  CHECK_THROWS_WITH(literal("a: |\n  x\n  y\nb: c: d\n"), StartsWith("web.sls:4:5: mapping values are not allowed"));
  CHECK_THROWS_WITH(literal("a: |\n  x\n  y\nb: 1\na: 2\n"), StartsWith("web.sls:5:1: found conflicting ID 'a'"));
}
