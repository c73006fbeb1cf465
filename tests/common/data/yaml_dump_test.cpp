#include <catch2/catch.hpp>

#include <limits>

#include "common/base/error.h"
#include "common/data/yaml.h"

using namespace halite;

namespace {

class Pair : public Object {
 public:
  std::string_view type_name() const override { return "tuple"; }
  Value plain() const override { return List{1, 2}; }
};

const YamlStyle flow{.block = false};

}  // namespace

// The expectations are what PyYAML 6.0 with Salt's dumper prints.
TEST_CASE("a tree is printed in block style with sorted keys") {
  const Value value = Map{{"b", List{1, "two", Map{{"x", Value()}, {"c", true}}}}, {"a", Map()}, {"c", List()}};
  CHECK(to_yaml(value) == "a: {}\nb:\n- 1\n- two\n- c: true\n  x: null\nc: []\n");
  CHECK(to_yaml(value, flow) == "{a: {}, b: [1, two, {c: true, x: null}], c: []}\n");
  CHECK(to_yaml(value, {.sort_keys = false, .mixed = true}) == "b:\n- 1\n- two\n- {x: null, c: true}\na: {}\nc: []\n");
}

TEST_CASE("text that would read as something else is quoted") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"plain words", "plain words"}, {"yes", "'yes'"}, {"y", "y"}, {"0644", "'0644'"}, {"1e3", "1e3"}, {"", "''"},
      {"x: y", "'x: y'"}, {"a #b", "'a #b'"}, {"it's", "it's"}, {"- a", "'- a'"}, {"2001-12-14", "'2001-12-14'"},
      {"a\nb", "'a\n\n  b'"}, {"tab\tx", "\"tab\\tx\""}, {"\x07", "\"\\a\""}, {"\u00e9", "\u00e9"},
      {"%d", "'%d'"}, {" x", "' x'"}, {"\U0001F600", "\"\\U0001F600\""}, {"<<", "'<<'"}};
  for (const auto& [text, printed] : rows) {
    INFO(text);
    CHECK(to_yaml(List{text}) == "- " + printed + "\n");
  }
}

TEST_CASE("a lone scalar is a line") {
  CHECK(to_yaml("x") == "x\n");
  CHECK(to_yaml(Value()) == "null\n");
  CHECK(to_yaml("yes") == "'yes'\n");
}

TEST_CASE("reals always read back as reals") {
  CHECK(to_yaml(List{1.0, 1e16, 1.5e-7, std::numeric_limits<double>::infinity(),
                     -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) ==
        "- 1.0\n- 1.0e+16\n- 1.5e-07\n- .inf\n- -.inf\n- .nan\n");
}

TEST_CASE("long text is folded at the width") {
  std::string words;
  for (int i = 0; i < 30; ++i) words += "word ";
  words += "end";
  CHECK(to_yaml(Map{{"k", words}}) ==
        "k: word word word word word word word word word word word word word word word word\n"
        "  word word word word word word word word word word word word word word end\n");
}

TEST_CASE("keys of kinds that do not compare stay in order") {
  CHECK(to_yaml(Map{{"b", 1}, {1, 2}, {"a", 3}}) == "b: 1\n1: 2\na: 3\n");
  CHECK(to_yaml(Map{{10, 1}, {2, 2}, {1.5, 3}}) == "1.5: 3\n2: 2\n10: 1\n");
}

TEST_CASE("a container met twice is written once, numbered at the second meeting") {
  const Value inner = List{1};
  const Value outer = Map{{"in", inner}};
  CHECK(to_yaml(List{outer, inner, outer}) == "- &id002\n  in: &id001\n  - 1\n- *id001\n- *id002\n");
  CHECK(to_yaml(List{inner, inner}, {.aliases = false}) == "- - 1\n- - 1\n");
}

TEST_CASE("bytes and template objects have a form, text that is not UTF-8 has none") {
  CHECK(to_yaml(Map{{"k", Bytes{"hello"}}}) == "k: !!binary |\n  aGVsbG8=\n");
  CHECK(to_yaml(Map{{"k", Value(std::shared_ptr<const Object>(std::make_shared<Pair>()))}}) == "k:\n- 1\n- 2\n");
  CHECK_THROWS_AS(to_yaml("\xff"), Error);
}

TEST_CASE("nesting without end is refused") {
  Value value = List{1};
  for (int i = 0; i < 2000; ++i) value = List{value};
  CHECK_THROWS_AS(to_yaml(value), Error);
}

TEST_CASE("what is written reads back as the same") {
  const Value value = Map{{"text", "a: b\n  c\n"}, {"list", List{1, 2.5, true, Value(), "007", "on"}}, {8080, Map{{"x", ""}}}};
  for (const YamlStyle& style : {YamlStyle{}, flow, YamlStyle{.mixed = true}, YamlStyle{.indent = 4, .width = 20}})
    CHECK(from_yaml(to_yaml(value, style)) == value);
}
