#include "common/base/returners.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/utc_stamp.h"

using namespace halite;

TEST_CASE("names of returners stand between commas, each once") {
  CHECK(split_returners("file, local,,file") == std::vector<std::string>{"file", "local"});
  CHECK(split_returners("").empty());
}

TEST_CASE("an unknown returner is refused with those there are") {
  CHECK_NOTHROW(check_returners("local,file"));
  CHECK_NOTHROW(check_returners(""));
  CHECK_THROWS_WITH(check_returners("file,mysql"), "there is no returner 'mysql'; there are file (a file on the minion) and local (the master's own store)");
  CHECK_THROWS_AS(check_returners("../file"), Error);
}

TEST_CASE("a moment is written with microseconds, in UTC") {
  CHECK(utc_stamp(std::chrono::system_clock::time_point(std::chrono::microseconds(1'767'225'600'000'678))) == "2026-01-01T00:00:00.000678");
}
