#include <catch2/catch.hpp>

#include "tests/states/fake_functions.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

struct Scheduled : Scene {
  FakeFunctions functions;
  Scheduled() { call = functions.caller(); }
};

}  // namespace

TEST_CASE("a scheduled job is added, changed and left alone, and kept without what is the default") {
  Scheduled scene;
  const Map job{{"name", "a"}, {"function", "test.ping"}, {"hours", 1}};
  CHECK(scene.dry("schedule.present", job).at("result").is_null());
  CHECK(scene.functions.schedule.empty());
  CHECK(scene.state("schedule.present", job).at("comment") == Value("schedule.add"));
  CHECK(scene.functions.schedule.at("a").as_map().size() == 6);
  CHECK(scene.state("schedule.present", job).at("changes").as_map().empty());
  Map other = job;
  other.set("hours", 2);
  CHECK(scene.state("schedule.present", other).at("comment") == Value("schedule.modify"));
  CHECK(*scene.functions.schedule.at("a").find("hours") == Value(2));
}

TEST_CASE("a job that is not in the schedule is neither deleted nor switched") {
  Scheduled scene;
  for (const char* name : {"schedule.absent", "schedule.enabled", "schedule.disabled"}) {
    const Map said = scene.state(name, {{"name", "a"}});
    CHECK(said.at("result") == Value(true));
    CHECK(said.at("comment") == Value("Job a not present in schedule"));
  }
  CHECK(scene.functions.changes == 0);
}

}  // namespace halite::states
