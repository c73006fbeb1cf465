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
Map moved(Value old, Value now) {
  return {{"old", std::move(old)}, {"new", std::move(now)}};
}

}  // namespace

TEST_CASE("service.running plans, starts and enables, and then leaves the service alone") {
  Scene scene;
  const Map args{{"name", "ssh"}, {"enable", true}};
  CHECK(comment(scene.dry("service.running", args)) == "Service ssh is set to start");
  CHECK(scene.host.ran.empty());
  const Map started = scene.state("service.running", args);
  CHECK(comment(started) == "Service ssh has been enabled, and is running");
  CHECK(changes(started) == Map{{"ssh", true}});
  scene.host.ran.clear();
  CHECK(comment(scene.state("service.running", args)) == "The service ssh is already running");
  CHECK(scene.host.ran.empty());
  CHECK(comment(scene.state("service.running", {{"name", "ssh"}, {"enable", "False"}})) ==
        "Service ssh has been disabled, and is in the desired state");
}

TEST_CASE("service.dead stops, says so with false, and disables") {
  Scene scene;
  scene.host.units->at("ssh.service") = {"loaded", "active", "enabled", false};
  CHECK(comment(scene.dry("service.dead", {{"name", "ssh"}})) == "Service ssh is set to be killed");
  const Map stopped = scene.state("service.dead", {{"name", "ssh"}});
  CHECK(comment(stopped) == "Service ssh was killed");
  CHECK(changes(stopped) == Map{{"ssh", false}});
  CHECK(comment(scene.state("service.dead", {{"name", "ssh"}})) == "The service ssh is already dead");
  CHECK(comment(scene.state("service.dead", {{"name", "ssh"}, {"enable", false}})) ==
        "Service ssh has been disabled, and is in the desired state");
  CHECK(comment(scene.state("service.disabled", {{"name", "ssh"}})) ==
        "Service ssh is already disabled, and is in the desired state");
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
  CHECK(scene.host.ran == std::vector<Argv>{{"systemctl", "reload", "ssh.service"}});
  const auto dead = scene.run({chunk("test.succeed_with_changes", "config"),
                               chunk("service.dead", "ssh", {{"watch", watch}})});
  CHECK(result_of(dead, "ssh").at("comment") == Value("Service ssh was killed"));
}

TEST_CASE("systemd reads a changed unit file before the service is touched, and not in a dry run") {
  Scene scene;
  scene.host.units->at("ssh.service") = {"loaded", "active", "enabled", true};
  scene.dry("service.running", {{"name", "ssh"}});
  CHECK(scene.host.ran.empty());
  scene.state("service.running", {{"name", "ssh"}});
  CHECK(scene.host.ran == std::vector<Argv>{{"systemctl", "daemon-reload"}});
}

TEST_CASE("a service that is not there can't run, and is dead and disabled already") {
  Scene scene;
  CHECK(comment(scene.state("service.running", {{"name", "none"}})) == "The named service none is not available");
  CHECK(scene.state("service.running", {{"name", "none"}}).at("result") == Value(false));
  CHECK(scene.dry("service.running", {{"name", "none"}}).at("result").is_null());
  CHECK(comment(scene.dry("service.enabled", {{"name", "none"}})) ==
        "Service none not present; if created in this state run, it would have been enabled");
  CHECK(scene.state("service.dead", {{"name", "none"}}).at("result") == Value(true));
  CHECK(scene.state("service.disabled", {{"name", "none"}}).at("result") == Value(true));
  CHECK(comment(scene.state("service.running", {{"name", "--force"}})) == "'--force' is no name of a service");
}

TEST_CASE("a service that does not start, or falls over at once, is a failure") {
  Scene scene;
  auto real = scene.host.programs["systemctl"];
  scene.host.programs["systemctl"] = [real](const Command& command) {
    return command.argv.at(1) == "start" ? FakeHost::result(1, "", "Job for ssh.service failed.\n") : real(command);
  };
  const Map refused = scene.state("service.running", {{"name", "ssh"}});
  CHECK(refused.at("result") == Value(false));
  CHECK(comment(refused) == "Job for ssh.service failed.");
  CHECK(changes(refused).empty());
  scene.host.programs["systemctl"] = [](const Command&) { return CommandResult{}; };
  const Map crashed = scene.state("service.running", {{"name", "ssh"}});
  CHECK(comment(crashed) == "Service ssh failed to start");
  CHECK(crashed.at("result") == Value(false));
}

TEST_CASE("service.masked and unmasked, for good and until the next boot") {
  Scene scene;
  const Map planned = scene.dry("service.masked", {{"name", "ssh"}});
  CHECK(comment(planned) == "Service ssh would be masked");
  const Map masked = scene.state("service.masked", {{"name", "ssh"}});
  CHECK(comment(masked) == "Service ssh was masked");
  CHECK(changes(masked) == Map{{"masked", moved(false, true)}});
  CHECK(changes(planned) == changes(masked));
  CHECK(comment(scene.state("service.masked", {{"name", "ssh"}})) == "Service ssh is already masked");
  CHECK(changes(scene.state("service.unmasked", {{"name", "ssh"}})) == Map{{"masked", moved(true, false)}});
  CHECK(comment(scene.state("service.unmasked", {{"name", "ssh"}})) == "Service ssh was already unmasked");
  CHECK(changes(scene.state("service.masked", {{"name", "ssh"}, {"runtime", true}})) ==
        Map{{"runtime masked", moved(false, true)}});
  CHECK(comment(scene.state("service.running", {{"name", "ssh"}, {"unmask_runtime", true}})) == "Started service ssh");
  CHECK_FALSE(scene.host.status("/run/systemd/system/ssh.service"));
}

TEST_CASE("where the bus does not answer systemctl is asked") {
  Scene scene;
  scene.host.units.reset();
  CHECK(comment(scene.state("service.running", {{"name", "ssh"}})) == "Started service ssh");
  CHECK(comment(scene.state("service.running", {{"name", "ssh"}})) == "The service ssh is already running");
  CHECK(scene.host.ran.back().at(1) == "show");
}

TEST_CASE("where systemd did not boot, nothing is started") {
  Scene scene;
  scene.host.nodes.erase("/run/systemd/system");
  CHECK(comment(scene.state("service.running", {{"name", "ssh"}})) == "Running in OFFLINE mode. Nothing to do");
  CHECK(comment(scene.state("service.enabled", {{"name", "ssh"}})) ==
        "Service ssh has been enabled, and is in the desired state");
}

TEST_CASE("where there is no systemd at all, scripts are") {
  Scene scene;
  scene.host.nodes.erase("/run/systemd/system");
  scene.host.programs.erase("systemctl");
  CHECK(comment(scene.state("service.running", {{"name", "ssh"}})) ==
        "services can't be managed here: there is neither systemd nor the program 'service' with /etc/init.d");
  scene.host.files["/etc/init.d/ssh"] = "#!/bin/sh\n";
  scene.host.nodes["/etc/init.d/ssh"].mode = 0755;
  bool runs = false;
  scene.host.programs["service"] = [&runs](const Command& command) {
    if (command.argv.at(2) == "status") return FakeHost::result(runs ? 0 : 3);
    runs = command.argv.at(2) == "start";
    return CommandResult{};
  };
  scene.host.programs["update-rc.d"] = [&scene](const Command&) {
    scene.host.add_directory("/etc/rc3.d");
    scene.host.make_symlink("/etc/rc3.d/S01ssh", "../init.d/ssh");
    return CommandResult{};
  };
  const Map args{{"name", "ssh"}, {"enable", true}};
  CHECK(comment(scene.state("service.running", args)) == "Service ssh has been enabled, and is running");
  CHECK(comment(scene.state("service.running", args)) == "The service ssh is already running");
  CHECK(comment(scene.state("service.masked", {{"name", "ssh"}})) == "Service masking not available on this minion");
}

}  // namespace halite::states
