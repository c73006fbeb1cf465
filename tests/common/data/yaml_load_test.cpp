#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

#include "common/base/error.h"
#include "common/data/yaml.h"

using namespace halite;
using Catch::Contains;
using Catch::StartsWith;

namespace {

Value loaded(const std::string& text) { return from_yaml(text, "web.sls"); }

}  // namespace

TEST_CASE("words and numbers resolve as in YAML 1.1") {
  const std::vector<std::pair<std::string, Value>> rows{
      {"yes", true}, {"No", false}, {"ON", true}, {"off", false}, {"y", "y"}, {"n", "n"}, {"tRUE", "tRUE"},
      {"~", Value()}, {"null", Value()}, {"nUll", "nUll"}, {"", Value()}, {"''", ""}, {"'yes'", "yes"},
      {"12", 12}, {"-5", -5}, {"+7", 7}, {"1_000", 1000}, {"0x1F", 31}, {"-0x10", -16}, {"0b101", 5}, {"0o17", "0o17"},
      {"1:30", 90}, {"-1:10", -70}, {"190:20:30", 685230}, {"1:60", "1:60"}, {"01:30", "01:30"},
      {"9000:9002", "9000:9002"}, {"1.5", 1.5}, {".5", 0.5}, {"-.5", "-.5"}, {"1.", 1.0}, {"1e3", "1e3"},
      {"1.0e+3", 1000.0}, {"1.5e3", "1.5e3"}, {"1:30.5", 90.5}, {"1_0.5", 10.5}, {"-", List{Value()}},
      {"2001-12-14", "2001-12-14"}, {"2001-12-14 21:59:43.10 -5", "2001-12-14 21:59:43.10 -5"}, {"1,000", "1,000"}};
  for (const auto& [text, value] : rows) {
    INFO(text);
    CHECK(loaded(text) == value);
  }
  CHECK(loaded("-.INF") == Value(-std::numeric_limits<double>::infinity()));
  CHECK(std::isnan(*loaded(".nan").if_real()));
}

TEST_CASE("a leading zero is decimal as in Salt, unless a sign stands before it") {
  CHECK(loaded("0644") == Value(644));
  CHECK(loaded("000") == Value(0));
  CHECK(loaded("0_7") == Value(7));
  CHECK(loaded("08") == Value("08"));
  CHECK(loaded("-010") == Value(-8));
  CHECK(loaded("+010") == Value(8));
}

TEST_CASE("two keys that are no number are the same key") {
  CHECK_THROWS_WITH(loaded(".nan: 1\na: 2\n.NaN: 3"), Contains("found conflicting ID 'nan'"));
}

TEST_CASE("integers at and beyond 64 bits keep their digits") {
  CHECK(loaded("9223372036854775807") == Value(std::numeric_limits<std::int64_t>::max()));
  CHECK(loaded("-9223372036854775808") == Value(std::numeric_limits<std::int64_t>::min()));
  CHECK(loaded("9223372036854775808") == Value("9223372036854775808"));
  CHECK(loaded("-1_2345678901234567890") == Value("-12345678901234567890"));
  CHECK(loaded("0x10000000000000000") == "18446744073709551616");
  CHECK(loaded("-9223372036854775807:1:30") == "-33204139332677192905290");
  CHECK_THROWS_WITH(loaded(std::string(5000, '9')), Contains("not an integer"));
  CHECK_THROWS_WITH(loaded("0x_"), Contains("'0x_' is not an integer"));
  CHECK(loaded("9223372036854775807:59") == "553402322211286548479");
}

TEST_CASE("tags say what a scalar is, and unknown ones are refused with their place") {
  CHECK(loaded("!!str 12") == Value("12"));
  CHECK(loaded("!!int '3'") == Value(3));
  CHECK(loaded("!!float 3") == Value(3.0));
  CHECK(loaded("!!bool 'YES'") == Value(true));
  CHECK(loaded("!!null x") == Value());
  CHECK(loaded("!!binary aGVs\n  bG8=") == Value(Bytes{"hello"}));
  CHECK(loaded("! 12") == Value(12));
  CHECK(loaded("!!set {x, y}") == Value(List{"x", "y"}));
  CHECK(loaded("!!pairs [x: 1, x: 2]") == Value(List{List{"x", 1}, List{"x", 2}}));
  CHECK(loaded("!!omap {b: 1, a: 2}") == Value(Map{{"b", 1}, {"a", 2}}));
  CHECK_THROWS_WITH(loaded("a: !foo x"),
                    "web.sls:1:4: could not determine a constructor for the tag '!foo'");
  CHECK_THROWS_WITH(loaded("a: !!python/object:os.system x"), Contains("tag:yaml.org,2002:python/object:os.system"));
  CHECK_THROWS_WITH(loaded("a: ="), Contains("write '=' in quotes"));
  CHECK_THROWS_WITH(loaded("a: !!int x"), "web.sls:1:4: 'x' is not an integer");
  CHECK_THROWS_WITH(loaded("a: !!binary x"), Contains("not base64"));
  CHECK_THROWS_WITH(loaded("!!str [a]"), Contains("expected a scalar node, but found sequence"));
}

TEST_CASE("keys keep their order and their type") {
  const Value value = loaded("8080: a\nb: 1\ntrue: 2\n~: 3\n1.5: 4\n");
  std::vector<Value> keys;
  for (const auto& entry : value.as_map()) keys.push_back(entry.key);
  CHECK(keys == std::vector<Value>{8080, "b", true, Value(), 1.5});
}

TEST_CASE("a key given twice is refused at its second place") {
  CHECK_THROWS_WITH(loaded("a: 1\nb: 2\na: 3\n"), StartsWith("web.sls:3:1: found conflicting ID 'a'"));
  CHECK_THROWS_WITH(loaded("yes: 1\ntrue: 2\n"), StartsWith("web.sls:2:1: found conflicting ID 'True'"));
  CHECK_THROWS_WITH(loaded("1: 1\n1.0: 2\n"), StartsWith("web.sls:2:1: found conflicting ID '1.0'"));
}

TEST_CASE("what can't be a key is refused, with the usual cause") {
  CHECK_THROWS_WITH(loaded("a: {{ x }}"), Contains("double curly-brace"));
  CHECK_THROWS_WITH(loaded("? [a]\n: 1"), Contains("found unacceptable key"));
}

TEST_CASE("merge keys bring in entries, and the mapping's own win") {
  CHECK(loaded("b: &b {x: 1, y: 2}\nd:\n  <<: *b\n  y: 3\n").find("d")->as_map() == Map{{"x", 1}, {"y", 3}});
  CHECK(loaded("c:\n  <<: [{m: 1}, {n: 2}]\n").find("c")->as_map() == Map{{"m", 1}, {"n", 2}});
  CHECK_THROWS_WITH(loaded("a: &a {x: 1}\nb: &b {x: 2}\nc: {<<: [*a, *b]}"), Contains("found conflicting ID 'x'"));
  CHECK_THROWS_WITH(loaded("a: &a [1]\nb:\n  <<: *a\n"), StartsWith("web.sls:1:8: expected a mapping for merging"));
  CHECK_THROWS_WITH(loaded("a:\n  <<: 1\n"), StartsWith("web.sls:2:7: expected a mapping or list of mappings"));
}

TEST_CASE("what several aliases name is one container") {
  const Value value = loaded("a: &x [1]\nb: *x\n");
  CHECK(value.find("a")->if_list() == value.find("b")->if_list());
  CHECK_THROWS_WITH(loaded("a: *x"), StartsWith("web.sls:1:4: found undefined alias 'x'"));
  CHECK_THROWS_WITH(loaded("a: &x 1\nb: &x 2"), StartsWith("web.sls:2:4: found duplicate anchor 'x'"));
  CHECK_THROWS_WITH(loaded("a: &x [*x]"), StartsWith("web.sls:1:8: alias 'x' stands inside what it names"));
}

// R92 of the table of attacks (tests/hostile/master/rows.md).
TEST_CASE("hostile documents are bounded") {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 8; ++j) bomb += ", " + last;
    bomb += "]\n";
  }
  CHECK_THROWS_WITH(loaded(bomb), Contains("aliases expand to more than"));

  std::string chain = "a0: &a0 []\n";
  for (int i = 1; i < 400; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  CHECK_THROWS_WITH(loaded(chain), Contains("aliases nest deeper"));

  CHECK_THROWS_AS(loaded(std::string(100'000, '[')), Error);
  CHECK_THROWS_WITH(loaded(std::string(300, '[') + std::string(300, ']')), Contains("nested deeper than 256"));
  CHECK(loaded(std::string(200, '[') + std::string(200, ']')).is_list());
}

TEST_CASE("malformed text is refused with line and column") {
  CHECK_THROWS_WITH(loaded("a:\n\tb: 1\n"), StartsWith("web.sls:2:1: found character that cannot start any token: it is a tab"));
  CHECK_THROWS_WITH(loaded("a: b: c"), StartsWith("web.sls:1:5: mapping values are not allowed in this context"));
  CHECK_THROWS_WITH(loaded("a: 1\nb: 'x"), StartsWith("web.sls:2:6: found unexpected end of stream"));
  CHECK_THROWS_WITH(loaded("a: 1\n---\nb: 2"), StartsWith("web.sls:2:1: expected a single document"));
  CHECK_THROWS_WITH(loaded("a: 1\nb: \x07"), StartsWith("web.sls:2:4: control characters are not allowed (#x0007)"));
  CHECK_THROWS_WITH(loaded("a: \xff\n"), Contains("web.sls:1:4: invalid leading UTF-8 octet"));
}

TEST_CASE("an empty document is null") {
  CHECK(loaded("").is_null());
  CHECK(loaded("---\n").is_null());
  CHECK(loaded("# nothing\n").is_null());
}

TEST_CASE("the loader remembers the line of each key and item") {
  const YamlDocument document = load_yaml("# top\nvim:\n  pkg.installed:\n    - name: vim\n\n    - x\n", "web.sls");
  const Map& top = document.value.as_map();
  CHECK(document.lines.line_of(top, "vim") == 2);
  CHECK_FALSE(document.lines.line_of(top, "emacs"));
  const Map& vim = top.at("vim").as_map();
  CHECK(document.lines.line_of(vim, "pkg.installed") == 3);
  const List& arguments = vim.at("pkg.installed").as_list();
  CHECK(document.lines.line_of(arguments, 0) == 4);
  CHECK(document.lines.line_of(arguments, 1) == 6);
  CHECK_FALSE(document.lines.line_of(arguments, 2));
  CHECK_FALSE(document.lines.line_of(List{1}, 0));
}
