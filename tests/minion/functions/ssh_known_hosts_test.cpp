#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIA==";
const std::string other_key = "AAAAC3NzaC1lZDI1NTE5AAAAIQ==";

struct Minion : Caller {
  std::string scanned = "git.example.org ssh-ed25519 " + key + "\n";
  Minion() {
    host.add_directory("/etc/ssh");
    host.add_directory("/home/alice/.ssh", 0700, 1000, 1000);
    host.programs["ssh-keyscan"] = [this](const Command&) { return FakeHost::result(0, scanned); };
  }
  std::string& file() { return host.files["/home/alice/.ssh/known_hosts"]; }
};

}  // namespace

TEST_CASE("a server's key is taken, found, checked and removed") {
  Minion minion;
  CHECK(minion.call("ssh.check_known_host", {"alice", "git.example.org"}) == Value("add"));
  CHECK(minion.call("ssh.get_known_host_entries", {"alice", "git.example.org"}) == Value());
  const Value set = minion.call("ssh.set_known_host", {"alice", "git.example.org"});
  CHECK(*set.find("status") == Value("updated"));
  CHECK(*set.find("old") == Value());
  CHECK(set.find("new")->as_list().at(0).as_map().at("key") == Value(key));
  CHECK(minion.file().starts_with("|1|"));
  CHECK(*minion.call("ssh.set_known_host", {"alice", "git.example.org"}).find("status") == Value("exists"));
  CHECK(minion.call("ssh.check_known_host", {"alice", "git.example.org", key}) == Value("exists"));
  CHECK(minion.call("ssh.check_known_host", {"alice", "git.example.org", other_key}) == Value("update"));
  CHECK(*minion.call("ssh.rm_known_host", {"alice", "git.example.org"}).find("status") == Value("removed"));
  CHECK(minion.call("ssh.check_known_host", {"alice", "git.example.org"}) == Value("add"));
}

TEST_CASE("a key with another fingerprint is not taken") {
  Minion minion;
  const Map job = minion.job("ssh.set_known_host", {"alice", "git.example.org", "aa:bb"});
  CHECK(*job.find("return")->find("status") == Value("error"));
  CHECK(*job.find("success") == Value(false));
  CHECK_FALSE(minion.host.status("/home/alice/.ssh/known_hosts"));
}

TEST_CASE("what a server shows is told, its name as a hash or open") {
  Minion minion;
  const Value open = minion.call("ssh.recv_known_host_entries", {"git.example.org"}, {{"hash_known_hosts", false}});
  CHECK(open.as_list().at(0).as_map().at("hostname") == Value("git.example.org"));
  const Value hashed = minion.call("ssh.recv_known_host_entries", {"git.example.org"});
  CHECK(hashed.as_list().at(0).as_map().at("hostname").as_string().starts_with("|1|"));
  minion.scanned = "";
  CHECK(minion.call("ssh.recv_known_host_entries", {"git.example.org"}) == Value());
}

TEST_CASE("open names are hashed, and what can't be stays") {
  Minion minion;
  minion.file() = "# mine\n*.example.net ssh-ed25519 " + key + "\n@revoked bad ssh-ed25519 " + key + "\ngit.example.org,192.0.2.1 ssh-ed25519 " + key + " a comment\n";
  CHECK(*minion.call("ssh.hash_known_hosts", {}, {{"user", "alice"}}).find("comment") ==
        Value("1 lines of /home/alice/.ssh/known_hosts were hashed"));
  CHECK(minion.file().starts_with("# mine\n*.example.net ssh-ed25519 " + key + "\n@revoked bad ssh-ed25519 " + key + "\n|1|"));
  CHECK(minion.file().find("git.example.org") == std::string::npos);
  CHECK(minion.file().ends_with(" a comment\n"));
  CHECK(minion.call("ssh.check_known_host", {"alice", "git.example.org", key}) == Value("exists"));
  CHECK(minion.call("ssh.check_known_host", {"alice", "192.0.2.1", key}) == Value("exists"));
}

TEST_CASE("a file that is nobody's, and one that is not there, are named") {
  Minion minion;
  CHECK(minion.call("ssh.check_known_host", {}, {{"hostname", "a"}, {"config", ".ssh/known_hosts"}}).as_string().find("full path") !=
        std::string::npos);
  CHECK(minion.call("ssh.check_known_host", {"nobody-here", "a"}).as_string().find("does not exist") != std::string::npos);
  CHECK(*minion.call("ssh.rm_known_host", {"alice", "a"}).find("status") == Value("error"));
  CHECK(*minion.call("ssh.hash_known_hosts").find("error") == Value("Known hosts file /etc/ssh/ssh_known_hosts does not exist"));
}

}  // namespace halite::minion
