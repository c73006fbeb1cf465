// `listen` and `listen_in`, as stock Salt runs them.
#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

List of(const char* type, const char* name) { return {Map{{type, name}}}; }
bool has(const RunResult& run, const std::string& tag) { return run.states.contains(tag); }

}  // namespace

TEST_CASE("listen_in refreshes the states it names, by id or name, once and at the end") {
  Scene scene;
  const auto run = scene.run({chunk("test.succeed_with_changes", "first", {{"listen_in", List{Map{{"test", "service"}}, Map{{"test", "many"}}}}}),
                              chunk("test.succeed_with_changes", "second", {{"listen_in", of("test", "service")}}),
                              chunk("test.succeed_without_changes", "quiet", {{"listen_in", of("test", "deaf")}}), chunk("test.nop", "deaf"),
                              chunk("test.nop", "service"), chunk("test.nop", "many", {{"name", "one"}}), chunk("test.nop", "many", {{"name", "two"}})});
  CHECK(run.states.size() == 7 + 3);
  CHECK(has(run, "test_|-listener_service_|-service_|-mod_watch"));
  CHECK(has(run, "test_|-listener_many_|-one_|-mod_watch"));
  CHECK(has(run, "test_|-listener_many_|-two_|-mod_watch"));
  CHECK(*result_of(run, "listener_service").find("__run_num__") == Value(7));
  CHECK(run.retcode == 0);
}

TEST_CASE("A listener's guards count, its requisites don't") {
  Scene scene;
  const auto run = scene.run({chunk("test.succeed_with_changes", "change"), chunk("test.fail_without_changes", "broken"),
                              chunk("test.nop", "guarded", {{"listen", of("test", "change")}, {"creates", "/etc"}}),
                              chunk("test.nop", "required", {{"listen", of("test", "change")}, {"require", of("test", "broken")}})});
  CHECK(*result_of(run, "listener_guarded").find("comment") == Value("/etc exists"));
  CHECK(*result_of(run, "required").find("result") == Value(false));
  CHECK(*result_of(run, "listener_required").find("result") == Value(true));
}

TEST_CASE("Listeners are refreshed also when a failure ended the run") {
  Scene scene;
  const auto run = scene.run({chunk("test.succeed_with_changes", "change"), chunk("test.fail_without_changes", "broken", {{"failhard", true}}),
                              chunk("test.nop", "service", {{"listen", of("test", "change")}})});
  CHECK(run.states.size() == 3);
  CHECK(has(run, "test_|-listener_service_|-service_|-mod_watch"));
}

TEST_CASE("A listen that names no state is an error, a listen_in only when there is something to tell") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "a", {{"listen", of("file", "/nowhere")}}), chunk("test.nop", "b", {{"listen", of("file", "/nowhere")}}),
                              chunk("test.nop", "quiet", {{"listen_in", of("service", "idle")}}),
                              chunk("test.succeed_with_changes", "change", {{"listen_in", of("service", "gone")}})});
  CHECK(run.states.size() == 4 + 2);
  const auto& lost = run.states.at("Listen_Error_|-listen_/nowhere_|-listen_file_|-Listen_Error").as_map();
  CHECK(lost.at("comment") == Value("Referenced state file: /nowhere does not exist"));
  CHECK(lost.at("name") == Value("listen_file:/nowhere"));
  CHECK(has(run, "Listen_Error_|-listen_gone_|-listen_service_|-Listen_Error"));
  CHECK(run.retcode == 2);
}

TEST_CASE("A state that has no answer to a change can't listen, and says so") {
  Scene scene;
  const auto run = scene.run({chunk("test.succeed_with_changes", "change"), chunk("group.present", "root", {{"listen", of("test", "change")}})});
  const auto& result = result_of(run, "listener_root");
  CHECK(result.at("result") == Value(false));
  CHECK(result.at("comment").as_string().find("State 'group.mod_watch' was not found in SLS 'demo'\nReason: ") == 0);
}

}  // namespace halite::states
