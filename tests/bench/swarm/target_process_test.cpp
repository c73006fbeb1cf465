#include "bench/swarm/target_process.h"

#include <unistd.h>

#include <catch2/catch.hpp>

namespace halite::swarm {

TEST_CASE("a line of /proc/PID/stat is read past a name with blanks and parentheses") {
  const auto stat = parse_process_stat("42 (a (b) c) S 7 42 42 0 -1 4194560 100 0 0 0 12 30 0 0 20 0 1 0 5 1 1");
  REQUIRE(stat);
  CHECK(stat->parent == 7);
  CHECK(stat->ticks == 42);
  CHECK_FALSE(parse_process_stat(""));
  CHECK_FALSE(parse_process_stat("42 (cut) S 7 42"));
}

TEST_CASE("a process that is there has memory and descriptors, one that is not is nothing") {
  const auto use = TargetProcess({::getpid()}, "").look();
  REQUIRE(use);
  CHECK(use->memory_mb > 0);
  CHECK(use->descriptors > 2);
  CHECK_FALSE(TargetProcess({}, "").look());
  CHECK_FALSE(TargetProcess({}, "/nonexistent/pid").look());
}

}  // namespace halite::swarm
