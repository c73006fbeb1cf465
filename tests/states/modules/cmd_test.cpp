#include <catch2/catch.hpp>

#include "states/providers/stateful.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}

void shell_gives(Scene& scene, CommandResult result, Command* seen = nullptr) {
  scene.host.programs["sh"] = [result, seen](const Command& command) {
    if (seen) *seen = command;
    return result;
  };
}

}  // namespace

TEST_CASE("cmd.run runs in the shell and tells all") {
  Scene scene;
  Command seen;
  shell_gives(scene, FakeHost::result(0, "out\n\n", "err\n"), &seen);
  const Map planned = scene.dry("cmd.run", {{"name", "a | b"}});
  CHECK(comment(planned) == "Command \"a | b\" would have been executed");
  CHECK(planned.at("result").is_null());
  CHECK(scene.host.ran.empty());
  const Map result = scene.state(
      "cmd.run", {{"name", "a | b"}, {"cwd", "/srv"}, {"env", List{Map{{"A", 1}}, Map{{"B", "x"}}}}, {"umask", "027"}});
  CHECK(comment(result) == "Command \"a | b\" run");
  CHECK(changes(result) == Map{{"pid", 0}, {"retcode", 0}, {"stdout", "out"}, {"stderr", "err"}});
  CHECK(seen.argv == Argv{"/bin/sh", "-c", "a | b"});
  CHECK(seen.directory == "/srv");
  CHECK(seen.umask == 027u);
  CHECK(seen.environment.at("A") == "1");
  CHECK(seen.environment.at("B") == "x");
}

TEST_CASE("a failing command fails, unless its code is said to be a success") {
  Scene scene;
  shell_gives(scene, FakeHost::result(3));
  CHECK(scene.state("cmd.run", {{"name", "x"}}).at("result") == Value(false));
  CHECK(changes(scene.state("cmd.run", {{"name", "x"}})).at("retcode") == Value(3));
  CHECK(scene.state("cmd.run", {{"name", "x"}, {"success_retcodes", List{3, 4}}}).at("result") == Value(true));
  CHECK(comment(scene.state("cmd.run", {{"name", "x"}, {"cwd", "/none"}})) ==
        "Desired working directory \"/none\" is not available");
  CHECK(comment(scene.state("cmd.run", {{"name", "x"}, {"env", "A=1"}})) ==
        "Invalidly-formatted 'env' parameter. See documentation.");
}

TEST_CASE("what a command prints can mean success, and codes may be one text") {
  Scene scene;
  shell_gives(scene, FakeHost::result(1, "all is well today\n", "harmless\n"));
  CHECK(scene.state("cmd.run", {{"name", "x"}, {"success_stdout", "is well"}}).at("result") == Value(true));
  CHECK(scene.state("cmd.run", {{"name", "x"}, {"success_stderr", List{"harmless"}}}).at("result") == Value(true));
  CHECK(scene.state("cmd.run", {{"name", "x"}, {"success_stdout", "bad"}}).at("result") == Value(false));
  CHECK(scene.state("cmd.run", {{"name", "x"}, {"success_retcodes", "2, 1"}}).at("result") == Value(true));
  CHECK(comment(scene.state("cmd.run", {{"name", "x"}, {"success_retcodes", "one"}})) == "success_retcodes must be a list of integers");
}

TEST_CASE("commands speak English unless they are told otherwise, and need their shell") {
  Scene scene;
  Command seen;
  shell_gives(scene, FakeHost::result(0), &seen);
  scene.state("cmd.run", {{"name", "x"}, {"env", Map{{"LC_TIME", "de_DE"}}}});
  CHECK(seen.environment.at("LC_MESSAGES") == "C");
  CHECK(seen.environment.at("LC_TIME") == "de_DE");
  scene.state("cmd.run", {{"name", "x"}, {"reset_system_locale", false}});
  CHECK_FALSE(seen.environment.count("LC_MESSAGES"));
  CHECK(comment(scene.state("cmd.run", {{"name", "x"}, {"shell", "/bin/none"}})) == "The shell /bin/none is not available");
}

TEST_CASE("a command out of time fails, or is taken as done when that is asked for") {
  Scene scene;
  CommandResult late;
  late.timed_out = true;
  late.exit_code = 137;
  shell_gives(scene, late);
  const Map result = scene.state("cmd.run", {{"name", "sleep 9"}, {"timeout", 2}});
  CHECK(result.at("result") == Value(false));
  CHECK(changes(result).at("stdout") == Value("sleep 9 : Timed out after 2 seconds"));
  CHECK(scene.state("cmd.run", {{"name", "sleep 9"}, {"timeout", 2}, {"ignore_timeout", true}}).at("result") ==
        Value(true));
}

TEST_CASE("runas gives the user's login environment and home, in commands and guards") {
  Scene scene;
  Command seen;
  shell_gives(scene, FakeHost::result(0), &seen);
  scene.host.programs["su"] = [](const Command&) {
    return FakeHost::result(0,
                            std::string("Welcome!\nhalite-login-environment\0PATH=/alice/bin\0HOME=/elsewhere\0", 65));
  };
  scene.state("cmd.run", {{"name", "x"}, {"runas", "alice"}, {"onlyif", "test"}});
  CHECK(seen.run_as == "alice");
  CHECK(seen.directory == "/home/alice");
  CHECK(seen.environment.at("PATH") == "/alice/bin");
  CHECK(seen.environment.at("HOME") == "/home/alice");
  CHECK(scene.host.ran.size() == 3);  // su once, the guard, the command
  CHECK(comment(scene.state("cmd.run", {{"name", "x"}, {"runas", "none"}})) == "User 'none' is not available");
}

TEST_CASE("cmd.wait runs only when something it watches changed") {
  Scene scene;
  shell_gives(scene, FakeHost::result(0));
  const List watch{Map{{"test", "config"}}};
  const auto quiet = scene.run({chunk("test.nop", "config"), chunk("cmd.wait", "reload", {{"watch", watch}})});
  CHECK(scene.host.ran.empty());
  CHECK(result_of(quiet, "reload").at("changes") == Value(Map()));
  scene.run({chunk("test.succeed_with_changes", "config"), chunk("cmd.wait", "reload", {{"watch", watch}})});
  CHECK(scene.host.ran.size() == 1);
}

TEST_CASE("a stateful command says itself whether it changed something") {
  Scene scene;
  shell_gives(scene, FakeHost::result(0, "working\nchanged=yes comment='all done' what=\"a b\"\n"));
  const Map changed = scene.state("cmd.run", {{"name", "x"}, {"stateful", true}});
  CHECK(comment(changed) == "all done");
  CHECK(changes(changed).at("what") == Value("a b"));
  CHECK(changes(changed).at("stdout") == Value("working"));
  shell_gives(scene, FakeHost::result(0, "{\"changed\": false, \"comment\": \"nothing to do\"}"));
  const Map same = scene.state("cmd.run", {{"name", "x"}, {"stateful", true}});
  CHECK(comment(same) == "nothing to do");
  CHECK(changes(same).empty());
  shell_gives(scene, FakeHost::result(0, "no report"));
  CHECK(comment(scene.state("cmd.run", {{"name", "x"}, {"stateful", true}})) ==
        "Failed parsing script output! Stdout must be JSON or a line of name=value pairs.");
}

TEST_CASE("arguments that Salt swallows are taken with a warning") {
  Scene scene;
  shell_gives(scene, FakeHost::result(0));
  const Map result = scene.state("cmd.run", {{"name", "x"}, {"user", "alice"}});
  CHECK(result.at("result") == Value(true));
  CHECK(result.at("warnings") == Value(List{"'user' has no effect here: use 'runas' to run as another user"}));
}

TEST_CASE("cmd.script runs a script from the file tree and leaves nothing behind") {
  Scene scene;
  scene.tree = test::MemoryTree(test::MemoryTree::Files{{"setup.sh", "#!/bin/sh\necho hi\n"}});
  std::string script;
  scene.host.programs["sh"] = [&](const Command& command) {
    const std::string path = command.argv.back().substr(0, command.argv.back().find(' '));
    script = scene.host.files[path];
    CHECK(scene.host.nodes[path].mode == 0700);
    return FakeHost::result(0, command.argv.back().substr(path.size()));
  };
  const Map result = scene.state("cmd.script", {{"name", "salt://setup.sh --all"}});
  CHECK(script == "#!/bin/sh\necho hi\n");
  CHECK(changes(result).at("stdout") == Value(" --all"));
  for (const auto& [path, content] : scene.host.files) CHECK_FALSE(path.starts_with("/tmp/"));
  CHECK(comment(scene.state("cmd.script", {{"name", "salt://none.sh"}})) ==
        "Unable to cache script salt://none.sh from saltenv 'base'");
  CHECK(comment(result) == "Command 'salt://setup.sh --all' run");
  CHECK(comment(scene.dry("cmd.script", {{"name", "salt://setup.sh"}})) == "Command 'salt://setup.sh' would have been executed");
}

}  // namespace halite::states
