#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("an assertion that does not hold fails the job") {
  Caller minion;
  for (const Value& good : {Value(true), Value(1), Value("x"), Value(List{0})}) CHECK(minion.call("test.assertion", {good}) == Value());
  for (const Value& bad : {Value(false), Value(0), Value(""), Value(Map{})}) CHECK(*minion.job("test.assertion", {bad}).find("success") == Value(false));
}

TEST_CASE("the series of Collatz ends, or says that it can't") {
  Caller minion;
  CHECK(minion.call("test.collatz", {3}).as_list().at(0) == Value(List{3, 10, 5, 16, 8, 4, 2}));
  CHECK(minion.call("test.collatz", {0}).as_string().find("1 or more") != std::string::npos);
  CHECK(minion.call("test.collatz", {std::int64_t{9000000000000000001}}).as_string().find("too large") != std::string::npos);
}

TEST_CASE("a random hash has the length of its kind") {
  Caller minion;
  CHECK(minion.call("test.random_hash").as_string().size() == 64);
  CHECK(minion.call("test.random_hash", {}, {{"hash_type", "md5"}}).as_string().size() == 32);
  CHECK(minion.call("test.random_hash", {0}).as_string().find("1 or more") != std::string::npos);
}

TEST_CASE("waiting by chance waits no longer than asked, and arguments come back clean") {
  Caller minion;
  const auto before = minion.host.clock;
  CHECK(minion.call("test.rand_sleep", {3}) == Value(true));
  CHECK(minion.host.clock - before <= std::chrono::seconds(4));
  CHECK(minion.call("test.rand_sleep", {-1}).as_string().find("negative") != std::string::npos);
  CHECK(*minion.call("test.arg_clean", {1}, {{"a", 2}}).find("kwargs") == Value(Map{{"a", 2}}));
}

}  // namespace halite::minion
