// user.*, group.*, shadow.*: what is told to the account programs.
#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  Argv seen;
  Minion() {
    host.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000:Alice,12,,34:/home/alice:/bin/bash\n";
    for (const char* program : {"usermod", "gpasswd"}) {
      host.programs[program] = [this](const Command& command) {
        seen = command.argv;
        return CommandResult{};
      };
    }
  }
};

}  // namespace

TEST_CASE("each of a user's texts changes alone") {
  Minion minion;
  CHECK(minion.call("user.chfullname", {"alice", "Alice B."}) == Value(true));
  CHECK(minion.seen == Argv{"usermod", "-c", "Alice B.,12,,34", "alice"});
  CHECK(minion.call("user.chworkphone", {"alice", 56}) == Value(true));
  CHECK(minion.seen == Argv{"usermod", "-c", "Alice,12,56,34", "alice"});
  CHECK(minion.call("user.chhomephone", {"alice", ""}) == Value(true));
  CHECK(minion.seen == Argv{"usermod", "-c", "Alice,12", "alice"});
  minion.seen.clear();
  CHECK(minion.call("user.chroomnumber", {"alice", "12"}) == Value(true));
  CHECK(minion.seen.empty());
  CHECK(minion.call("user.chfullname", {"nobody", "x"}) == Value(false));
  CHECK(minion.call("user.chfullname", {"alice", "a:b"}).as_string().find("can't stand in the user database") != std::string::npos);
  CHECK(minion.call("user.chother", {"alice", "a,b"}) == Value(true));
}

TEST_CASE("groups and names are whole lists and no options") {
  Minion minion;
  CHECK(minion.call("user.chgroups", {"alice", "a, b"}) == Value(true));
  CHECK(minion.seen == Argv{"usermod", "-G", "a,b", "alice"});
  CHECK(minion.call("user.chgroups", {"alice", List{"a"}, true}) == Value(true));
  CHECK(minion.seen == Argv{"usermod", "-G", "a", "-a", "alice"});
  CHECK(minion.call("group.members", {"web", "alice,root"}) == Value(true));
  CHECK(minion.seen == Argv{"gpasswd", "-M", "alice,root", "web"});
  CHECK(minion.call("user.rename", {"alice", "alina"}) == Value(true));
  CHECK(minion.seen == Argv{"usermod", "-l", "alina", "alice"});
  CHECK(minion.call("user.rename", {"alice", "root"}).as_string().find("User 'root' already exists") != std::string::npos);
  CHECK(minion.call("user.rename", {"none", "x"}).as_string().find("User 'none' does not exist") != std::string::npos);
  CHECK(minion.call("user.chgroups", {"-R", "a"}).as_string().find("is no name of an account") != std::string::npos);
}

TEST_CASE("a password's hash is crypt's") {
  Minion minion;
  CHECK(minion.call("shadow.gen_password", {"secret", "saltsalt"}) ==
        Value("$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1"));
  CHECK(minion.call("shadow.gen_password", {"secret"}, {{"algorithm", "sha256"}}).as_string().starts_with("$5$"));
  CHECK(minion.call("shadow.gen_password", {"secret"}) != minion.call("shadow.gen_password", {"secret"}));
  CHECK(minion.call("shadow.gen_password", {"secret"}, {{"algorithm", "rot13"}}).as_string().find("Cannot hash using 'rot13'") != std::string::npos);
  minion.host.files["/etc/shadow"] = "root:*:1::::::\nalice:!:1::::::\n";
  CHECK(minion.call("shadow.list_users") == Value(List{"root", "alice"}));
}

}  // namespace halite::minion
