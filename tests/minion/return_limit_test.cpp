#include "minion/return_limit.h"

#include <catch2/catch.hpp>

#include "common/base/strings.h"
#include "common/data/json.h"

using namespace halite;
using namespace halite::minion;

namespace {

Map fitted(Value value, std::size_t limit) {
  Map load{{"return", std::move(value)}, {"retcode", 0}};
  fit_return(load, limit);
  return load;
}

}  // namespace

TEST_CASE("A return that fits stays as it is") {
  const Value value = Map{{"a", List{1, "x", true}}, {"b", std::string(500, 'y')}};
  const Map load = fitted(value, 1000);
  CHECK(load.at("return") == value);
  CHECK_FALSE(load.contains("truncated"));
}

TEST_CASE("A text is cut, between characters, and says how much is missing") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "ä";
  const Map load = fitted(text, 100);
  CHECK(load.at("truncated") == Value(true));
  const std::string& shown = load.at("return").as_string();
  CHECK(is_valid_utf8(shown));
  CHECK(shown.find("[truncated: at least 1910 bytes more; a return has at most 100]") != std::string::npos);
  CHECK(shown.size() < 200);
}

TEST_CASE("Of lists and maps the first items stay, and the rest is counted") {
  List list;
  Map map;
  for (int i = 0; i < 1000; ++i) {
    list.emplace_back("item " + std::to_string(i));
    map.set("key " + std::to_string(i), List{i});
  }
  for (const Value& value : {Value(list), Value(map), Value(List{list, map}), Value(Map{{"deep", Map{{"er", list}}}})}) {
    const Map load = fitted(value, 300);
    const std::string text = to_json(load.at("return"));
    CHECK(text.size() < 900);
    CHECK(text.find("items more; a return has at most 300 bytes") != std::string::npos);
    CHECK(load.at("truncated") == Value(true));
  }
}

TEST_CASE("Bytes are kept or left out") {
  const Map load = fitted(List{Bytes{"\xff\xfe"}, Bytes{std::string(1000, '\xff')}}, 100);
  CHECK(load.at("return").as_list()[0] == Value(Bytes{"\xff\xfe"}));
  CHECK(load.at("return").as_list()[1].as_string().find("at least 1000 bytes more") != std::string::npos);
}
