#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}

}  // namespace

TEST_CASE("service.running plans, starts and enables, and then leaves the service alone") {
  Scene scene;
  const Map args{{"name", "ssh"}, {"enable", true}};
  CHECK(comment(scene.dry("service.running", args)) == "Service ssh is set to start");
  const Map started = scene.state("service.running", args);
  CHECK(comment(started) == "Service ssh has been enabled, and is running");
  CHECK(changes(started) == Map{{"ssh", true}});
  CHECK(comment(scene.state("service.running", args)) == "The service ssh is already running");
  CHECK(comment(scene.state("service.running", {{"name", "ssh"}, {"enable", false}})) ==
        "Service ssh has been disabled, and is in the desired state");
}

TEST_CASE("a watched change restarts or reloads a service that runs, and not one that was started just now") {
  Scene scene;
  const List watch{Map{{"test", "config"}}};
  const List low{chunk("test.succeed_with_changes", "config"), chunk("service.running", "ssh", {{"watch", watch}})};
  CHECK(result_of(scene.run(low), "ssh").at("comment") == Value("Started service ssh"));
  CHECK(result_of(scene.run(low), "ssh").at("comment") == Value("Service restarted"));
  scene.host.ran.clear();
  const auto run = scene.run({chunk("test.succeed_with_changes", "config"),
                              chunk("service.running", "ssh", {{"watch", watch}, {"reload", true}})});
  CHECK(result_of(run, "ssh").at("comment") == Value("Service reloaded"));
}

TEST_CASE("a service that is not there can't run, and is dead and disabled already") {
  Scene scene;
  CHECK(comment(scene.state("service.running", {{"name", "none"}})) == "The named service none is not available");
  CHECK(scene.dry("service.running", {{"name", "none"}}).at("result").is_null());
  CHECK(scene.state("service.dead", {{"name", "none"}}).at("result") == Value(true));
  CHECK(scene.state("service.disabled", {{"name", "none"}}).at("result") == Value(true));
  CHECK(comment(scene.state("service.running", {{"name", "--force"}})) == "'--force' is no name of a service");
}

TEST_CASE("a service that does not start is a failure in systemctl's words") {
  Scene scene;
  auto real = scene.host.programs["systemctl"];
  scene.host.programs["systemctl"] = [real](const Command& command) {
    return command.argv.at(1) == "start" ? FakeHost::result(1, "", "Job for ssh.service failed.\n") : real(command);
  };
  const Map result = scene.state("service.running", {{"name", "ssh"}});
  CHECK(result.at("result") == Value(false));
  CHECK(comment(result) == "systemctl start ssh ended with code 1: Job for ssh.service failed.");
  CHECK(changes(result).empty());
}

TEST_CASE("service.masked and unmasked") {
  Scene scene;
  CHECK(comment(scene.state("service.masked", {{"name", "ssh"}})) ==
        "Service ssh has been masked, and is in the desired state");
  CHECK(comment(scene.state("service.masked", {{"name", "ssh"}})) ==
        "Service ssh is already masked, and is in the desired state");
  CHECK(scene.state("service.unmasked", {{"name", "ssh"}}).at("result") == Value(true));
  CHECK(changes(scene.state("service.unmasked", {{"name", "ssh"}})).empty());
}

}  // namespace halite::states
