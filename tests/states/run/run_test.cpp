#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

List list_of(const char* type, const char* name) {
  return {Map{{type, name}}};
}

}  // namespace

TEST_CASE("a required state runs first, wherever it stands") {
  Scene scene;
  const auto run =
      scene.run({chunk("test.nop", "second", {{"require", list_of("test", "first")}}), chunk("test.nop", "first")});
  CHECK(*result_of(run, "first").find("__run_num__") == Value(0));
  CHECK(*result_of(run, "second").find("__run_num__") == Value(1));
  CHECK(run.retcode == 0);
}

TEST_CASE("a failed requirement keeps a state from running and names itself") {
  Scene scene;
  const auto run = scene.run({chunk("test.fail_without_changes", "broken"),
                              chunk("test.succeed_with_changes", "later", {{"require", list_of("test", "broken")}})});
  CHECK(*result_of(run, "later").find("result") == Value(false));
  CHECK(*result_of(run, "later").find("comment") == Value("One or more requisite failed: demo.broken"));
  CHECK(run.retcode == 2);
}

TEST_CASE("a requisite that names nothing fails in Salt's words") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "lonely", {{"require", List{Map{{"file", "x"}}, Map{{"pkg", "y"}}}}})});
  CHECK(*result_of(run, "lonely").find("comment") == Value("The following requisites were not found:\n"
                                                           "                   require:\n"
                                                           "                       file: x\n"
                                                           "                       pkg: y\n"));
}

TEST_CASE("requisites are globs over names and ids, and name whole SLS files") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "by glob", {{"require", list_of("test", "/etc/*")}}),
                              chunk("test.nop", "by sls", {{"require", list_of("sls", "dem?")}}),
                              chunk("test.nop", "motd", {{"name", "/etc/motd"}})});
  CHECK(run.retcode == 2);  // "by sls" requires its own SLS, itself included
  CHECK(*result_of(run, "by glob").find("result") == Value(true));
  CHECK(result_of(run, "by sls").find("comment")->as_string().find("Recursive requisite found: by sls -> by sls") == 0);
}

TEST_CASE("a circle of requisites is found and told") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "a", {{"require", list_of("test", "b")}}),
                              chunk("test.nop", "b", {{"require", list_of("test", "a")}})});
  CHECK(*result_of(run, "b").find("comment") == Value("Recursive requisite found: a -> b -> a"));
  CHECK(*result_of(run, "a").find("result") == Value(false));
}

TEST_CASE("onchanges runs only after a change") {
  Scene scene;
  const auto run =
      scene.run({chunk("test.succeed_with_changes", "changes"), chunk("test.nop", "quiet"),
                 chunk("test.succeed_with_changes", "after change", {{"onchanges", list_of("test", "changes")}}),
                 chunk("test.succeed_with_changes", "after quiet", {{"onchanges", list_of("test", "quiet")}}),
                 chunk("test.succeed_with_changes", "after any",
                       {{"onchanges_any", List{Map{{"test", "quiet"}}, Map{{"test", "changes"}}}}})});
  CHECK_FALSE(result_of(run, "after change").find("changes")->as_map().empty());
  CHECK_FALSE(result_of(run, "after any").find("changes")->as_map().empty());
  CHECK(*result_of(run, "after quiet").find("comment") ==
        Value("State was not run because none of the onchanges reqs changed"));
  CHECK(*result_of(run, "after quiet").find("__state_ran__") == Value(false));
}

TEST_CASE("onfail runs only after a failure") {
  Scene scene;
  const auto run = scene.run(
      {chunk("test.fail_without_changes", "bad"), chunk("test.nop", "good"),
       chunk("test.succeed_with_changes", "rescue", {{"onfail", list_of("test", "bad")}}),
       chunk("test.succeed_with_changes", "idle", {{"onfail", list_of("test", "good")}}),
       chunk("test.succeed_with_changes", "all", {{"onfail_all", List{Map{{"test", "bad"}}, Map{{"test", "good"}}}}})});
  CHECK_FALSE(result_of(run, "rescue").find("changes")->as_map().empty());
  CHECK(*result_of(run, "idle").find("comment") == Value("State was not run because onfail req did not change"));
  CHECK(*result_of(run, "all").find("__state_ran__") == Value(false));
}

TEST_CASE("a watched change refreshes a state that changed nothing itself") {
  Scene scene;
  const auto run = scene.run({chunk("test.succeed_with_changes", "config"),
                              chunk("test.nop", "service", {{"watch", list_of("test", "config")}}),
                              chunk("test.nop", "other", {{"watch", list_of("test", "service 2")}}),
                              chunk("test.nop", "service 2")});
  CHECK(*result_of(run, "service").find("comment") == Value("Watch statement fired."));
  CHECK(*result_of(run, "service").find("changes") == Value(Map{{"Requisites with changes", List{"test: config"}}}));
  CHECK(*result_of(run, "other").find("comment") == Value("Success!"));
}

TEST_CASE("a guard that holds is the whole outcome, also for a watch") {
  Scene scene;
  scene.host.programs["/bin/sh"] = scene.host.programs["sh"] = [](const Command& command) {
    return FakeHost::result(command.argv.back() == "true" ? 0 : 1);
  };
  const auto run = scene.run({chunk("test.succeed_with_changes", "config"),
                              chunk("test.nop", "a", {{"unless", "true"}, {"watch", list_of("test", "config")}}),
                              chunk("test.succeed_with_changes", "b", {{"unless", List{"true", "false"}}}),
                              chunk("test.succeed_with_changes", "c", {{"onlyif", "false"}}),
                              chunk("test.succeed_with_changes", "d", {{"creates", "/etc/passwd"}}),
                              chunk("test.succeed_with_changes", "e", {{"creates", List{"/etc/passwd", "/none"}}})});
  CHECK(*result_of(run, "a").find("comment") == Value("unless condition is true"));
  CHECK(result_of(run, "a").find("changes")->as_map().empty());
  CHECK_FALSE(result_of(run, "b").find("changes")->as_map().empty());
  CHECK(*result_of(run, "c").find("comment") == Value("onlyif condition is false"));
  CHECK(*result_of(run, "d").find("comment") == Value("/etc/passwd exists"));
  CHECK_FALSE(result_of(run, "e").find("changes")->as_map().empty());
}

TEST_CASE("prereq runs before a state that would change, and not before one that would not") {
  Scene scene;
  const auto run = scene.run({chunk("test.succeed_with_changes", "deploy"),
                              chunk("test.succeed_with_changes", "stop", {{"prereq", list_of("test", "deploy")}}),
                              chunk("test.nop", "settled"),
                              chunk("test.succeed_with_changes", "idle", {{"prereq", list_of("test", "settled")}})});
  CHECK(result_of(run, "stop").find("__run_num__")->as_int() < result_of(run, "deploy").find("__run_num__")->as_int());
  CHECK_FALSE(result_of(run, "stop").find("changes")->as_map().empty());
  CHECK(*result_of(run, "idle").find("comment") == Value("No changes detected"));
}

TEST_CASE("listen refreshes once, at the end") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "service", {{"listen", list_of("test", "config")}}),
                              chunk("test.succeed_with_changes", "config")});
  CHECK(*result_of(run, "service").find("comment") == Value("Success!"));
  CHECK(*result_of(run, "listener_service").find("comment") == Value("Watch statement fired."));
  CHECK(result_of(run, "listener_service").find("__run_num__")->as_int() == 2);
}

TEST_CASE("a state that fails without a change is refreshed by what it watches") {
  Scene scene;
  const auto run = scene.run({chunk("test.succeed_with_changes", "config"),
                              chunk("test.fail_without_changes", "service", {{"watch", list_of("test", "config")}}),
                              chunk("test.fail_with_changes", "other", {{"watch", list_of("test", "config")}})});
  CHECK(*result_of(run, "service").find("comment") == Value("Watch statement fired."));
  CHECK(*result_of(run, "other").find("result") == Value(false));
}

TEST_CASE("requisites are brought by their kinds, not as they are written") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "last", {{"onfail", list_of("test", "b")}, {"require", list_of("test", "a")}}),
                              chunk("test.nop", "b"), chunk("test.nop", "a")});
  CHECK(*result_of(run, "a").find("__run_num__") == Value(0));
  CHECK(*result_of(run, "b").find("__run_num__") == Value(1));
}

TEST_CASE("failhard stops the run at a failure") {
  Scene scene;
  const auto run =
      scene.run({chunk("test.fail_without_changes", "bad", {{"failhard", true}}), chunk("test.nop", "never")});
  CHECK(run.states.size() == 1);
  scene.options.failhard = true;
  CHECK(scene.run({chunk("test.fail_without_changes", "bad"), chunk("test.nop", "never")}).states.size() == 1);
}

TEST_CASE("retry runs again until it succeeds or the attempts are used up, and tells of them") {
  Scene scene;
  const auto before = scene.host.clock;
  const auto run =
      scene.run({chunk("test.fail_without_changes", "bad", {{"retry", Map{{"attempts", 3}, {"interval", 5}}}})});
  CHECK(scene.host.clock - before == std::chrono::seconds(10));
  CHECK(*result_of(run, "bad").find("comment") ==
        Value("Attempt 1: Returned a result of \"False\", with the following comment: \"Failure!\"\n"
              "Attempt 2: Returned a result of \"False\", with the following comment: \"Failure!\"\nFailure!"));
}

TEST_CASE("a cancelled run stops before the next state and says so") {
  Scene scene;
  int asked = 0;
  const RunContext context{
      .host = scene.host, .files = scene.tree, .render = {}, .pillar = {}, .grains = {}, .is_cancelled = [&] {
        return ++asked > 1;
      }};
  const auto run = run_low({chunk("test.nop", "one"), chunk("test.nop", "two")}, registry(), context);
  CHECK(run.cancelled);
  CHECK(run.retcode == 2);
  CHECK(run.states.size() == 1);
}

TEST_CASE("results have Salt's shape and key") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "it", {{"name", "thing"}})});
  REQUIRE(run.states.keys() == std::vector<std::string>{"test_|-it_|-thing_|-nop"});
  const Map& result = result_of(run, "it");
  CHECK(result.keys() == std::vector<std::string>{"name", "changes", "result", "comment", "__sls__", "__run_num__",
                                                  "start_time", "duration", "__id__"});
  CHECK(result.find("start_time")->as_string().size() == std::string("12:00:00.000000").size());
}

TEST_CASE("an unknown function or argument is found before a run, with the nearest name") {
  const auto problems =
      check_low({chunk("file.manged", "/etc/motd"), chunk("file.managed", "/etc/motd", {{"contnts", "x"}}),
                 chunk("user.present", "bob", {{"uid", "many"}}), chunk("file.absent", "/x", {{"require", List{"y"}}})},
                registry());
  REQUIRE(problems.size() == 3);
  CHECK(problems[0] ==
        "State 'file.manged' was not found; did you mean 'file.managed'? (id '/etc/motd' in SLS 'demo')");
  CHECK(problems[1] ==
        "file.managed: 'contnts' is not known here; did you mean 'contents'? (id '/etc/motd' in SLS 'demo')");
  CHECK(problems[2] == "user.present: 'uid' must be an integer, not text (id 'bob' in SLS 'demo')");
}

TEST_CASE("a change is not made when what was to run before it failed") {
  Scene scene;
  const auto run = scene.run({chunk("test.fail_without_changes", "drain", {{"prereq", list_of("test", "deploy")}}),
                              chunk("test.succeed_with_changes", "deploy")});
  CHECK(*result_of(run, "drain").find("result") == Value(false));
  CHECK(*result_of(run, "deploy").find("comment") == Value("One or more requisite failed: demo.drain"));
  CHECK(result_of(run, "deploy").find("changes")->as_map().empty());
}

TEST_CASE("a state that a guard settled says so") {
  Scene scene;
  const auto run = scene.run({chunk("test.nop", "skipped", {{"creates", "/etc/passwd"}}), chunk("test.nop", "ran")});
  CHECK(*result_of(run, "skipped").find("skip_watch") == Value(true));
  CHECK_FALSE(result_of(run, "ran").contains("skip_watch"));
}

}  // namespace halite::states
