#include "common/data/traverse.h"

#include <catch2/catch.hpp>

using namespace halite;

TEST_CASE("a path leads through maps and lists") {
  const Value data = Map{{"a", Map{{"b", List{"x", "y"}}}}, {"l", List{Map{{"k", 1}}, Map{{"m", 2}, {0, "zero"}}}}};
  CHECK(*traverse(data, "a:b:1") == Value("y"));
  CHECK(*traverse(data, "a:b:-1") == Value("y"));
  CHECK(*traverse(data, "l:m") == Value(2));     // the first map that has the key
  CHECK(*traverse(data, "l:0") == Value("zero"));  // a number as key goes before the index
  CHECK(*traverse(data, "a/b/0", "/") == Value("x"));
  CHECK(*traverse(data.as_map(), "a:b:0") == Value("x"));
  for (const char* path : {"", "x", "a:x", "a:b:2", "a:b:-3", "a:b:0:c", "a:", "a:b:x"}) {
    INFO(path);
    CHECK(traverse(data, path) == nullptr);
  }
}

TEST_CASE("a part may be a key that is no text") {
  const Value data = Map{{8080, "port"}, {true, "yes"}, {1.5, "real"}, {Value(), "null"}};
  CHECK(*traverse(data, "8080") == Value("port"));
  CHECK(*traverse(data, "on") == Value("yes"));
  CHECK(*traverse(data, "1.5") == Value("real"));
  CHECK(*traverse(data, "~") == Value("null"));
  CHECK(traverse(data, "8_080") == nullptr);
  CHECK(traverse(data, "") == nullptr);
}
