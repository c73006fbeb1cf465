#include "common/data/value.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

namespace halite {

TEST_CASE("a value is small") { CHECK(sizeof(Value) <= 24); }

TEST_CASE("content is reached by intention, and a wrong type is named") {
  const Value value(Map{{"port", 4505}});
  CHECK(value.find("port")->as_int() == 4505);
  CHECK(value.find("nothing") == nullptr);
  CHECK_THROWS_WITH(value.find("port")->as_string("key 'port'"), "key 'port' must be text, not integer");
  CHECK(Value(1).as_real() == 1.0);
  CHECK_THROWS_AS(Value(true).as_int(), Error);
}

TEST_CASE("a map keeps order, finds by hash, and replaces in place") {
  Map map;
  for (int i = 0; i < 1000; ++i) map.set("key" + std::to_string(i), i);
  map.set("key7", "seven");
  CHECK(map.size() == 1000);
  CHECK(map.find("key999")->as_int() == 999);
  CHECK(map.find("key1000") == nullptr);
  CHECK((map.begin() + 7)->value == Value("seven"));
  CHECK(map.erase("key0"));
  CHECK_FALSE(map.erase("key0"));
  CHECK(map.find("key999")->as_int() == 999);
  CHECK(map.begin()->key == Value("key1"));
}

TEST_CASE("keys are Python's: 1, 1.0 and true are one, '1' is another") {
  for (const int filler : {0, 100}) {
    Map map;
    for (int i = 0; i < filler; ++i) map.set("filler" + std::to_string(i), i);
    map.set(1, "one");
    map.set(true, "yes");
    map.set(1.0, "real");
    map.set("1", "text");
    map.set(Value(), "null");
    CHECK(map.size() == static_cast<std::size_t>(filler) + 3);
    CHECK(map.find(Value(1))->as_string() == "real");
    CHECK(map.find("1")->as_string() == "text");
    CHECK(map.find(Value())->as_string() == "null");
  }
}

TEST_CASE("containers can't be keys") {
  Map map;
  CHECK_THROWS_AS(map.set(List{1}, 1), Error);
  CHECK_THROWS_AS(map.set(Map{}, 1), Error);
}

TEST_CASE("an edit copies a shared container, a shared reference does not") {
  Value original(List{1, 2});
  Value copy = original;
  copy.edit_list().push_back(3);
  CHECK(original.as_list().size() == 2);
  Value alias = original;
  alias.shared_list()->push_back(3);
  CHECK(original.as_list().size() == 3);
}

TEST_CASE("equality is strict about types and not about the order of keys") {
  CHECK(Value(1) != Value(1.0));
  CHECK(Value(1) != Value(true));
  CHECK(Value("a") != Value(Bytes{"a"}));
  CHECK(Value(Map{{"a", 1}, {"b", 2}}) == Value(Map{{"b", 2}, {"a", 1}}));
  CHECK(Value(List{1, 2}) != Value(List{2, 1}));
}

TEST_CASE("a missing key suggests its neighbour") {
  const Map map{{"contents", 1}};
  CHECK_THROWS_WITH(map.at("contnets"), "there is no key 'contnets'; did you mean 'contents'?");
}

}  // namespace halite
