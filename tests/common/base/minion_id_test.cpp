#include "common/base/minion_id.h"

#include <catch2/catch.hpp>

#include <string>

#include "common/base/error.h"

using namespace halite;

TEST_CASE("A host's name is an id") {
  for (const char* id : {"a", "web1", "WEB1.example.org", "10.0.0.7", "fe80::1", "db_2-x", "user@host", "_gateway", "c++"}) {
    CAPTURE(id);
    CHECK(is_valid_minion_id(id));
  }
  CHECK(is_valid_minion_id(std::string(255, 'a')));
}

TEST_CASE("What could be a path, a pattern, an option, a list or a trick on a terminal is none") {
  for (const std::string id : {"", ".", "..", ".web", "-web", "a/b", "../a", "a\\b", "a b", "a\n", "a\x1b[2J", "*", "web*", "a,b", "a;b", "$(id)", "web\xe2\x80\xae",
                               "w\xc3\xa9" "b", "\xff", "a'b", "%2e%2e"}) {
    CAPTURE(id);
    CHECK_FALSE(is_valid_minion_id(id));
    CHECK_THROWS_WITH(check_minion_id(id), Catch::Contains("would do"));
  }
  CHECK_FALSE(is_valid_minion_id(std::string("a\0b", 3)));
  CHECK_FALSE(is_valid_minion_id(std::string(256, 'a')));
}
