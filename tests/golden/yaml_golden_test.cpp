// YAML documents as Salt's yaml renderer was recorded to read them.
#include <catch2/catch.hpp>

#include <algorithm>

#include "common/base/error.h"
#include "common/data/json.h"
#include "common/data/yaml.h"
#include "tests/golden/golden_cases.h"

using namespace halite;

namespace {

// The renderer's last step, which belongs to common/render: nothing at all is an empty map.
Value as_rendered(Value data) {
  const bool is_nothing = data == Value() || data == Value(false) || data == Value(0) || data == Value(0.0) ||
                          data == Value("") || data == Value(List()) || data == Value(Map());
  return is_nothing ? Value(Map()) : data;
}

// NaN is unequal to itself and maps are compared without their order, so the text is compared.
std::string comparable(const Value& value) {
  const auto* bytes = value.if_bytes();
  return bytes ? "bytes " + bytes->data : to_json(value);
}

std::int64_t line_of(const std::string& message) {
  const auto start = message.find(':') + 1;
  return std::stoll(message.substr(start));
}

void check_error(const Value& test, const std::string& text) {
  try {
    const Value got = from_yaml(text, "case");
    FAIL_CHECK("expected an error like " << to_json(test) << "\nbut got " << to_json(got));
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(error.kind() == ErrorKind::invalid);
    const Value* line = test.find("line");
    if (line && line->is_int()) CHECK(line_of(error.message()) == line->as_int());
  }
}

}  // namespace

TEST_CASE("YAML is read as Salt's renderer reads it") {
  for (const Value& test : golden::read_cases("render/yaml.jsonl")) {
    const std::string& text = test.find("template")->as_string();
    INFO(test.find("name")->as_string() << "\n" << text);
    if (const Value* error = test.find("error")) {
      check_error(*error, text);
      continue;
    }
    try {
      CHECK(comparable(as_rendered(from_yaml(text, "case"))) == comparable(golden::plain(*test.find("expect"))));
    } catch (const Error& error) {
      FAIL_CHECK("unexpected error: " << error.what());
    }
  }
}
