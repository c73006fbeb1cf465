#include "states/text/serialize.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite::states {

TEST_CASE("data is written as Salt's serializers write it") {
  const Value data = Map{{"b", List{1, "x"}}, {"a", Map{{"c", true}}}};
  CHECK(serialize(data, "yaml") == "a:\n  c: true\nb:\n- 1\n- x");
  CHECK(serialize(Map{{"b", 1}, {"a", 2}}, "json") == "{\n  \"a\": 2,\n  \"b\": 1\n}");
  CHECK(serialize(Map{{"b", 1}}, "json", {{"indent", 4}}) == "{\n    \"b\": 1\n}");
  CHECK(serialize(Map{{"S", Map{{"Key", "v"}, {"n", 5}}}}, "configparser") == "[S]\nkey = v\nn = 5\n\n");
  CHECK(serialize(Map{{"b", List{1}}}, "python") == "{'b': [1]}");
}

TEST_CASE("what can't be written is refused") {
  CHECK_THROWS_WITH(serialize(Map{}, "yalm"), Catch::Contains("did you mean 'yaml'"));
  CHECK_THROWS_WITH(serialize(Map{}, "json", {{"nope", 1}}), "the json serializer has no option 'nope'");
  CHECK_THROWS_AS(serialize(List{1}, "configparser"), Error);
  CHECK_FALSE(deserialize("{}", "python", "x"));
  CHECK(deserialize("{\"a\": 1}", "json", "x") == Value(Map{{"a", 1}}));
}

}  // namespace halite::states
