// Job ids.
#include "master/jobs/job_id.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;

TEST_CASE("A job id is the time, to the microsecond") {
  FakeHost host;
  host.clock = std::chrono::system_clock::time_point(std::chrono::microseconds(1'767'323'045'000'678));
  JobIds ids(host);
  CHECK(ids.next() == "20260102030405000678");
  CHECK(job_start_text("20260102030405000678") == "2026, Jan 02 03:04:05.000678");
}

TEST_CASE("Job ids only grow, whatever the clock does") {
  FakeHost host;
  JobIds ids(host);
  const std::string first = ids.next();
  const std::string second = ids.next();
  host.clock -= std::chrono::hours(1);
  const std::string third = ids.next();
  CHECK(first < second);
  CHECK(second < third);
  ids.stay_above("20990101000000000000");
  CHECK(ids.next() == "20990101000000000001");
}

TEST_CASE("Only 20 digits are a job id") {
  CHECK(is_job_id("20260102030405000678"));
  for (const char* text : {"", "req", "2026010203040500067", "202601020304050006789", "2026010203040500067x", "../../../etc/passwd/",
                           "2026010203040500067\n"})
    CHECK_FALSE(is_job_id(text));
  CHECK(job_start_text("no job id").empty());
  CHECK(job_start_text("20269902030405000678").empty());
}
