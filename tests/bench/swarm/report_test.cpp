#include "bench/swarm/report.h"

#include <catch2/catch.hpp>

namespace halite::swarm {
namespace {

StepReport report() {
  StepReport report;
  report.step = "events:2";
  report.unit = "events";
  report.main_series = "_minion_event";
  report.seconds = 2;
  for (const double value : {1.0, 2.0, 3.0, 10.0}) report.measures["_minion_event"].latencies.add(value);
  return report;
}

}  // namespace

TEST_CASE("a report tells count, rate and latencies of its main series") {
  CHECK(text_of(report()).find("4 events, 2/s; p50 2.0, p99 10.0, max 10.0 ms") != std::string::npos);
  const Map json = json_of(report());
  CHECK(json.at("ok") == Value(true));
  CHECK(*json.at("series").find("_minion_event")->find("p99_ms") == Value(10.0));
  CHECK_FALSE(json.contains("target"));
}

TEST_CASE("lost work and failures are not good, another try is") {
  StepReport retried = report(), lost = report(), failed = report();
  retried.measures["_auth"].retries["busy"] = 5;
  CHECK(retried.is_good());
  lost.measures["_return"].errors["no answer"] = 1;
  CHECK_FALSE(lost.is_good());
  CHECK(text_of(lost).find("_return FAILED, 1 times: no answer") != std::string::npos);
  failed.failures.emplace_back("the job after the restart lacks returns");
  CHECK_FALSE(failed.is_good());
  CHECK(json_of(failed).at("ok") == Value(false));
}

TEST_CASE("what a restarted master used counts from its start") {
  StepReport restarted = report();
  restarted.before = ProcessUse{50, 100, 10, 1};
  restarted.after = ProcessUse{3, 80, 12, 1};
  CHECK(*Value(json_of(restarted).at("target")).find("processor_s") == Value(3.0));
  restarted.before->processor_s = 1;
  CHECK(*Value(json_of(restarted).at("target")).find("processor_s") == Value(2.0));
}

}  // namespace halite::swarm
