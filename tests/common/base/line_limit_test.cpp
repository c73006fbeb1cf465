#include "common/base/line_limit.h"

#include <catch2/catch.hpp>

namespace halite {

using namespace std::chrono_literals;

TEST_CASE("so many lines are given in a window, and what was left out is told in the next one, once") {
  LineLimit limit(2, 60s);
  const LineLimit::Clock::time_point start{1000s};
  CHECK(limit.ask(start).is_given);
  CHECK(limit.ask(start + 1s).is_given);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(limit.ask(start + 59s).is_given);
  const auto next = limit.ask(start + 60s);
  CHECK(next.is_given);
  CHECK(next.left_out == 3);
  CHECK(limit.ask(start + 61s).left_out == 0);
  CHECK(limit.ask(start + 300s).left_out == 0);
}

}  // namespace halite
