#include "bench/swarm/latencies.h"

#include <catch2/catch.hpp>

namespace halite::swarm {

TEST_CASE("a quantile is the smallest value that so many do not exceed") {
  Latencies latencies;
  CHECK(latencies.quantile(0.5) == 0);
  for (int value = 100; value >= 1; --value) latencies.add(value);
  CHECK(latencies.quantile(0.5) == 50);
  CHECK(latencies.quantile(0.99) == 99);
  CHECK(latencies.quantile(0) == 1);
  CHECK(latencies.max() == 100);
  latencies.add(1000);
  CHECK(latencies.max() == 1000);
  CHECK(latencies.count() == 101);
}

TEST_CASE("errors are counted over all reasons, retries are none") {
  Series series;
  series.errors["no answer"] = 2;
  series.errors["refused"] = 3;
  series.retries["busy"] = 7;
  CHECK(series.error_count() == 5);
}

}  // namespace halite::swarm
