#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("cmd.* runs code and scripts from a file of its own, and decides what success is") {
  Caller minion;
  minion.host.add_directory("/tmp", 01777);
  std::string ran, content;
  minion.host.programs["sh"] = [&](const Command& command) {
    ran = command.argv.back();
    for (const auto& [path, text] : minion.host.files)
      if (path.starts_with("/tmp/")) content = text;
    return FakeHost::result(3, "42 is it\n");
  };
  CHECK(minion.call("cmd.exec_code", {"python3", "print(42)"}, {{"args", List{"a b"}}}) == Value("42 is it"));
  CHECK(content == "print(42)");
  CHECK(ran.starts_with("python3 /tmp/.halite-script-"));
  CHECK(ran.ends_with(" 'a b'"));
  for (const auto& [path, text] : minion.host.files) CHECK_FALSE(path.starts_with("/tmp/"));
  CHECK(minion.call("cmd.retcode", {"x"}) == Value(3));
  CHECK(minion.call("cmd.retcode", {"x"}, {{"success_retcodes", "2,3"}}) == Value(0));
  CHECK(minion.call("cmd.retcode", {"x"}, {{"success_stdout", List{"is it"}}}) == Value(0));
  CHECK(minion.call("cmd.script", {"salt://none"}).as_string().find("not found") != std::string::npos);
  CHECK(minion.call("cmd.tty", {"sda"}) == Value(Map{{"Error", "The specified device is not a valid TTY"}}));
  CHECK(minion.call("cmd.tty", {"tty../../etc/passwd", "x"}) == Value(Map{{"Error", "The specified device is not a valid TTY"}}));
  minion.host.files["/etc/shells"] = "# shells\n/bin/sh\n\n/bin/bash\n";
  CHECK(minion.call("cmd.shells") == Value(List{"/bin/sh", "/bin/bash"}));
}

TEST_CASE("git.* runs git with an argument vector, and fails in its words without passwords") {
  Caller minion;
  Command seen;
  CommandResult answer = FakeHost::result(0, "abc\n");
  minion.host.programs["git"] = [&](const Command& command) {
    seen = command;
    return answer;
  };
  CHECK(minion.call("git.revision", {"/srv"}, {{"short", true}}) == Value("abc"));
  CHECK(seen.argv == Argv{"git", "rev-parse", "--short", "HEAD"});
  CHECK(seen.directory == "/srv");
  minion.call("git.commit", {"/srv", "a message"}, {{"opts", "--author 'A B'"}, {"git_opts", "-c user.name=x"}});
  CHECK(seen.argv == Argv{"git", "-c", "user.name=x", "commit", "-m", "a message", "--author", "A B"});
  answer = FakeHost::result(0, "1234 HEAD\n5678 refs/heads/main\n");
  CHECK(minion.call("git.remote_refs", {"https://h/r"}) == Value(Map{{"HEAD", "1234"}, {"refs/heads/main", "5678"}}));
  answer = FakeHost::result(128, "", "fatal: could not read from https://bob:secret@h/r\n");
  const std::string failure = minion.call("git.clone", {"/srv/x", "https://bob:secret@h/r"}).as_string();
  CHECK(failure.find("Command 'git clone -- https://<redacted>@h/r /srv/x' failed: fatal: could not read from https://<redacted>@h/r") !=
        std::string::npos);
  CHECK(minion.call("git.config_get", {"a.b"}).as_string().find("'cwd' argument required unless global=True") != std::string::npos);
  answer = FakeHost::result(0, "", "From /srv/x\n   12ab..34cd  main       -> origin/main\n * [new tag]         v1         -> v1\n");
  CHECK(minion.call("git.fetch", {"/srv"}) ==
        Value(Map{{"updated branches", Map{{"main", Map{{"old", "12ab"}, {"new", "34cd"}}}}}, {"new tags", List{"v1"}}}));
}

TEST_CASE("grains.* change the grains file as Salt does") {
  Caller minion;
  CHECK(minion.call("grains.set", {"a:b", 1}) == Value(Map{{"comment", ""}, {"changes", Map{{"a", Map{{"b", 1}}}}}, {"result", true}}));
  CHECK(minion.call("grains.set", {"a", "x"}).as_map().at("comment") ==
        Value("The key 'a' exists but is a dict or a list. Use 'force=True' to overwrite."));
  CHECK(minion.call("grains.append", {"l", "v"}) == Value(Map{{"l", List{"v"}}}));
  CHECK(minion.call("grains.append", {"l", "v"}) == Value("The val v was already in the list l"));
  CHECK(minion.call("grains.remove", {"l", "v"}) == Value(Map{{"l", List{}}}));
  CHECK(minion.call("grains.delkey", {"a"}, {{"force", true}}).as_map().at("result") == Value(true));
  CHECK(minion.call("grains.item", {"a"}) == Value(Map{{"a", ""}}));
}

TEST_CASE("ssh.* looks at keys and lets them log in") {
  Caller minion;
  const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIJ2Z2GZ0mW4T0eF3jzJzW1tTQj3kM9jvGz6N2vV5cXo1";
  minion.host.add_directory("/home/alice", 0755, 1000, 1000);
  CHECK(minion.call("ssh.auth_keys", {"alice"}) == Value(Map{}));
  const Map enc{{"enc", "ssh-ed25519"}, {"comment", "alice@laptop"}};
  CHECK(minion.call("ssh.set_auth_key", {"alice", key}, enc) == Value("new"));
  CHECK(minion.call("ssh.set_auth_key", {"alice", key}, enc) == Value("no change"));
  CHECK(minion.call("ssh.set_auth_key", {"alice", key}, {{"enc", "ssh-ed25519"}, {"options", List{"no-pty"}}}) == Value("replace"));
  CHECK(minion.call("ssh.auth_keys", {"alice"}).as_map().at(key).as_map().at("options") == Value(List{"no-pty"}));
  CHECK(minion.call("ssh.rm_auth_key", {"alice", key}) == Value("Key removed"));
  CHECK(minion.call("ssh.rm_auth_key", {"alice", key}) == Value("Key not present"));
  CHECK(minion.call("ssh.set_auth_key", {"nobody", key}, enc) == Value("fail"));
  CHECK(minion.call("ssh.set_auth_key", {"alice", "x"}, enc) == Value("Invalid public key"));
  minion.host.files["/etc/ssh/ssh_host_ed25519_key"] = "PRIVATE\n";
  minion.host.files["/etc/ssh/ssh_host_ed25519_key.pub"] = "public\n";
  CHECK(minion.call("ssh.host_keys", {}, {{"private", false}}) == Value(Map{{"ed25519.pub", "public"}}));
}

TEST_CASE("random.* and environ.*") {
  Caller minion;
  CHECK(minion.call("random.get_str", {12}).as_string().size() == 12);
  CHECK(minion.call("random.get_str", {5}, {{"chars", "a"}}) == Value("aaaaa"));
  CHECK(minion.call("random.rand_int", {4, 4}) == Value(4));
  CHECK(minion.call("random.rand_int", {5, 4}).as_string().find("there is no number from 5 to 4") != std::string::npos);
  CHECK(minion.call("random.seed", {60}) == minion.call("random.seed", {60}));
  CHECK(minion.call("random.sample", {List{1, 2, 3}, 2}).as_list().size() == 2);
  CHECK(minion.call("random.hash", {"x", "md5"}) == Value("9dd4e461268c8034f5c8564e155c67a6"));
  CHECK(minion.call("environ.get", {"HALITE_NO_SUCH_VARIABLE", "none"}) == Value("none"));
  CHECK(minion.call("environ.has_value", {"HALITE_NO_SUCH_VARIABLE"}) == Value(false));
}

TEST_CASE("postgres.* and pip.* without their programs say so") {
  Caller minion;
  CHECK(minion.call("postgres.db_list").as_string().find("ERROR") != std::string::npos);
  CHECK(minion.call("postgres.cluster_list").as_string().find("there is no pg_lsclusters on this machine") != std::string::npos);
  CHECK(minion.call("pip.list", {}, {{"bin_env", "/none"}}).as_string().find("could not find a pip binary") != std::string::npos);
}

}  // namespace halite::minion
