#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("a command in the background tells its own process id, and nothing else") {
  Caller minion;
  Command seen;
  minion.host.programs["setsid"] = [&](const Command& command) {
    seen = command;
    CommandResult result = FakeHost::result(0, "4242\n");
    result.pid = 17;
    return result;
  };
  CHECK(minion.call("cmd.run_bg", {"fstrim -a"}) == Value(Map{{"pid", 4242}}));
  CHECK(seen.argv.at(1) == "--fork");
  CHECK(minion.call("cmd.run", {"fstrim -a"}, {{"bg", true}}) == Value(""));
}

TEST_CASE("another root is seen with its own mounts, in a namespace that goes with the command") {
  Caller minion;
  minion.host.add_directory("/srv/root");
  minion.host.add_directory("/srv/root/bin");
  minion.host.files["/srv/root/bin/bash"] = "";
  Command seen;
  minion.host.programs["unshare"] = [&](const Command& command) {
    seen = command;
    return FakeHost::result(0, "inside\n");
  };
  const Value result = minion.call("cmd.run_chroot", {"/srv/root", "id"}, {{"cwd", "/tmp dir"}, {"runas", "www"}, {"binds", List{"/var/data"}}});
  INFO(short_text(result));
  REQUIRE(result.is_map());
  CHECK(*result.find("stdout") == Value("inside"));
  const Argv start{"unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c"};
  CHECK(Argv(seen.argv.begin(), seen.argv.begin() + 7) == start);
  CHECK(seen.argv.at(7).find("mount -t proc proc \"$root/proc\"") != std::string::npos);
  CHECK(seen.argv.at(7).find("mount --bind -- /var/data \"$root\"/var/data") != std::string::npos);
  const Argv rest(seen.argv.begin() + 8, seen.argv.end());
  CHECK(rest == Argv{"sh", "/srv/root", "chroot", "--userspec=www:", "/srv/root", "/bin/bash", "-c", "cd '/tmp dir' && id"});
  CHECK(seen.run_as.empty());
}

TEST_CASE("a root that is none, and a bind that is no full path, are refused") {
  Caller minion;
  CHECK(minion.call("cmd.run_chroot", {"/nowhere", "id"}).as_string().find("no directory to change the root to") != std::string::npos);
  CHECK(minion.call("cmd.run_chroot", {"srv", "id"}).as_string().find("no directory to change the root to") != std::string::npos);
  CHECK(minion.call("cmd.run_chroot", {"/srv", "id"}, {{"binds", List{"../etc"}}}).as_string().find("full paths") != std::string::npos);
}

}  // namespace halite::minion
