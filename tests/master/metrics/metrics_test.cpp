#include "master/metrics/metrics.h"

#include <catch2/catch.hpp>
#include <regex>

#include "tests/master/support/fleet.h"

namespace halite::master {
namespace {

Timings some_timings() {
  Timings timings;
  for (const int ms : {2, 2, 700, 60'000}) timings.add(std::chrono::milliseconds(ms));
  return timings;
}

TEST_CASE("a metric is a number, numbers by label, or timings") {
  const Timings timings = some_timings();
  Metrics metrics;
  metrics.add("jobs_total", "Jobs.", [] { return 3.0; });
  metrics.add("load", "Load.", [] { return 0.25; });
  metrics.add_labelled("refused_total", "Refused.", "reason", [] { return std::vector<Metrics::Labelled>{{"busy", 1}, {"a\"b\\", 2}}; });
  metrics.add_timings("work_seconds", "Work.", timings);

  CHECK(metrics.as_map() == Map{{"jobs_total", 3},
                                {"load", 0.25},
                                {"refused_total", Map{{"busy", 1}, {"a\"b\\", 2}}},
                                {"work_seconds", Map{{"count", 4}, {"mean_ms", 15176.0}}}});
  const std::string text = metrics.as_text();
  for (const char* part : {"# HELP halite_jobs_total Jobs.\n# TYPE halite_jobs_total counter\nhalite_jobs_total 3\n", "# TYPE halite_load gauge\nhalite_load 0.25\n",
                           "halite_refused_total{reason=\"busy\"} 1\n", "halite_refused_total{reason=\"a\\\"b\\\\\"} 2\n",
                           "# TYPE halite_work_seconds histogram\n", "halite_work_seconds_count 4\n", "halite_work_seconds_bucket{le=\"0.0025\"} 2\n",
                           "halite_work_seconds_bucket{le=\"1\"} 3\n", "halite_work_seconds_bucket{le=\"30\"} 3\n",
                           "halite_work_seconds_bucket{le=\"+Inf\"} 4\n"})
    CHECK_THAT(text, Catch::Contains(part));
}

TEST_CASE("a time counts for the first limit that it does not exceed") {
  Timings timings;
  timings.add(std::chrono::milliseconds(1));
  timings.add(std::chrono::microseconds(1001));
  CHECK(timings.counts[0] == 1);
  CHECK(timings.counts[1] == 1);
  {
    const Timed timed(timings);
  }
  CHECK(timings.counts[0] == 2);
}

TEST_CASE("docs/monitoring.md names just what the master counts, with the same sentences") {
  Place place;
  Fleet fleet(place);
  std::ifstream file(std::string(HALITE_SOURCE_DIR) + "/docs/monitoring.md");
  const std::string document(std::istreambuf_iterator<char>(file), {});
  std::map<std::string, std::string> documented;
  const std::regex row("\\n\\| `halite_([a-z_]+)(?:\\{[a-z]+\\})?` \\| ([^|]+) \\|");
  for (std::sregex_iterator found(document.begin(), document.end(), row), end; found != end; ++found) documented[(*found)[1]] = (*found)[2];
  CHECK(documented == fleet.master->metrics().sentences());
}

TEST_CASE("status.master counts what happened") {
  Place place;
  Fleet fleet(place);
  Minion minion(fleet, "web1", 0);
  minion.enrol();
  accept(fleet, "web1");
  CHECK(minion.enrol() == wire::AuthOutcome::accepted);
  minion.work();
  std::vector<Value> events;
  fleet.call("job.publish", {{"fun", "test.ping"}, {"tgt", "web1"}}, &events);
  const Map status = fleet.run("status.master").as_map();
  CHECK(status.at("accepted_minions") == Value(1));
  CHECK(status.at("authentications_total") == Value(2));
  CHECK(status.at("jobs_total") == Value(1));
  CHECK(status.at("outcomes_total") == Value(Map{{"ok", 1}}));
  CHECK(status.at("commands_total").find("_return")->as_int() == 1);
  CHECK(status.at("present_minions") == Value(1));
  CHECK(status.at("requests_in_flight") == Value(0));
  CHECK(status.at("store_works_total").as_int() > 3);
  CHECK(status.at("open_files").as_int() > 5);
  CHECK(status.at("resident_memory_bytes").as_int() > 1'000'000);
}

}  // namespace
}  // namespace halite::master
