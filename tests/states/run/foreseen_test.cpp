// A dry run of several states that depend on each other says what the real run then does.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

// {id: changes} of a dry run of these chunks on a fresh scene, and of the real run after it.
std::pair<Map, Map> both(Scene& scene, const List& low) {
  const auto changes_of = [](const RunResult& run) {
    Map all;
    for (const auto& [tag, state] : run.states) all.set(*state.find("__id__"), *state.find("changes"));
    return all;
  };
  scene.options.test = true;
  Map planned = changes_of(scene.run(low));
  scene.options.test = false;
  return {planned, changes_of(scene.run(low))};
}

const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

}  // namespace

TEST_CASE("a new user's shell and home are foreseen, and keys of servers that the user will trust") {
  Scene scene;
  scene.host.files["/etc/default/useradd"] = "# SHELL=/bin/dash\nSHELL=/bin/sh\n";
  const auto [planned, made] = both(
      scene, {chunk("user.present", "bob", {{"uid", 1500}}),
              chunk("ssh_known_hosts.present", "git", {{"user", "bob"}, {"key", key}, {"enc", "ssh-ed25519"}})});
  CHECK(planned.at("bob").find("shell")->as_string() == "/bin/sh");
  CHECK(planned.at("bob").find("home")->as_string() == "/home/bob");
  CHECK(*planned.at("bob").find("home") == *made.at("bob").find("home"));
  CHECK(planned.at("git") == made.at("git"));
  CHECK_FALSE(made.at("git").as_map().empty());
}

TEST_CASE("a patch of a file that an earlier state makes is tried on a copy") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"app.patch", "-old\n+new\n"}});
  scene.host.programs["patch"] = [&](const Command& command) {
    const bool is_dry = std::find(command.argv.begin(), command.argv.end(), "--dry-run") != command.argv.end();
    const bool is_reverse = std::find(command.argv.begin(), command.argv.end(), "-R") != command.argv.end();
    std::string& text = scene.host.files[command.argv.back()];
    if (text != (is_reverse ? "new\n" : "old\n")) return FakeHost::result(1, "Hunk FAILED\n");
    if (!is_dry) text = "new\n";
    return FakeHost::result(0, (is_dry ? "checking file " : "patching file ") + command.argv.back() + "\n");
  };
  const auto [planned, made] = both(scene, {chunk("file.managed", "file", {{"name", "/srv/app"}, {"contents", "old"}, {"replace", false}}),
                                            chunk("file.patch", "patch", {{"name", "/srv/app"}, {"source", "salt://app.patch"}})});
  CHECK(planned.at("patch") == Value(Map{{"retcode", 0}, {"stdout", "patching file /srv/app"}}));
  CHECK(planned.at("patch") == made.at("patch"));
  for (const auto& [path, content] : scene.host.files) CHECK_FALSE(path.starts_with("/tmp/.halite-"));
}

TEST_CASE("a file that a dry run looked at is no less to be cached by the real run") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"app.tar.gz", "packed"}});
  const auto [planned, made] = both(scene, {chunk("file.cached", "salt://app.tar.gz", {})});
  CHECK_FALSE(made.at("salt://app.tar.gz").as_map().empty());
  CHECK(planned == made);
}

}  // namespace halite::states
