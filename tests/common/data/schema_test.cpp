#include "common/data/schema.h"

#include <catch2/catch.hpp>

namespace halite {
namespace {

struct Door {
  std::string name;
  std::optional<std::int64_t> width;
  std::vector<std::string> keys;
  std::string colour = "green";
  std::chrono::milliseconds closes_after{1500};
};

Schema<Door> schema() {
  return Schema<Door>()
      .key(&Door::name, "name", "Which door.")
      .property(&Door::width, "width", "In millimetres.")
      .property(&Door::keys, "keys", "Who may open it.")
      .property(&Door::colour, "colour", "Of the paint.").one_of({"green", "red"}).alias("color")
      .parameter(&Door::closes_after, "closes_after", "Seconds until it closes.");
}

}  // namespace

TEST_CASE("a struct is decoded from a map, defaults kept") {
  const Door door = schema().decode({{"name", "front"}, {"keys", List{"ann", "bob"}}, {"color", "red"}}, Unknown::refuse, "door");
  CHECK(door.name == "front");
  CHECK_FALSE(door.width);
  CHECK(door.keys == std::vector<std::string>{"ann", "bob"});
  CHECK(door.colour == "red");
  CHECK(door.closes_after.count() == 1500);
}

TEST_CASE("all problems are told at once, each with its field") {
  const Map wrong{{"width", "wide"}, {"keys", List{"ann", 3}}, {"colour", "gren"}, {"widht", 1}};
  try {
    schema().decode(wrong, Unknown::refuse, "door front");
    FAIL("accepted");
  } catch (const Error& error) {
    const std::string text = error.message();
    CHECK_THAT(text, Catch::StartsWith("door front: "));
    CHECK_THAT(text, Catch::Contains("'width' must be an integer, not text"));
    CHECK_THAT(text, Catch::Contains("'keys' item 2: must be text, not integer"));
    CHECK_THAT(text, Catch::Contains("'colour' is 'gren', but must be one of: green, red; did you mean 'green'?"));
    CHECK_THAT(text, Catch::Contains("'widht' is not known here; did you mean 'width'?"));
    CHECK_THAT(text, Catch::Contains("'name' is missing: Which door."));
  }
}

TEST_CASE("programs may send fields that are not known yet") {
  CHECK(schema().decode({{"name", "a"}, {"new_thing", 1}}, Unknown::ignore, "door").name == "a");
}

TEST_CASE("encoding leaves unset optionals out and decodes to the same") {
  Door door;
  door.name = "back";
  const Map map = schema().encode(door);
  CHECK_FALSE(map.contains("width"));
  CHECK(map.at("closes_after") == Value(1.5));
  CHECK(schema().decode(map, Unknown::refuse, "door").name == "back");
}

TEST_CASE("fields carry what help and documentation need") {
  const auto described = schema();
  const auto& fields = described.fields();
  CHECK(fields.at(2).type == "list of text");
  CHECK(fields.at(3).default_text == "green");
  CHECK(fields.at(0).default_text.empty());
}

}  // namespace halite
