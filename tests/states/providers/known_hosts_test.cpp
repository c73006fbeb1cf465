#include "states/providers/known_hosts.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/support/fake_host.h"

namespace halite::states {
namespace {

const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

}  // namespace

TEST_CASE("a host is found by name, address, port, and behind its hash") {
  const std::string hashed = known_hosts_line({"db", "ssh-ed25519", key}, true);
  CHECK(hashed.starts_with("|1|"));
  CHECK(hashed.find("db ") == std::string::npos);  // by chance the letters can be in a hash, which ends in "="
  const std::string text =
      "# note\nweb,10.0.0.1 ssh-rsa AAAA\n@revoked web ssh-rsa BBBB\n[git]:2222 ssh-rsa CCCC\n" + hashed;
  CHECK(keys_of_host(text, "WEB").size() == 1);
  CHECK(keys_of_host(text, "10.0.0.1").at(0).key == "AAAA");
  CHECK(keys_of_host(text, host_and_port("git", 2222)).size() == 1);
  CHECK(keys_of_host(text, "db").at(0).key == key);
  CHECK(keys_of_host(text, "d").empty());
  CHECK(without_host(text, "db").find("|1|") == std::string::npos);
  CHECK(without_host(text, "web", "ssh-dss") == text);
  CHECK(host_and_port("git", 22) == "git");
}

TEST_CASE("a hash that ssh-keygen made is understood") {
  const std::string line = "|1|HbdCDYK6ZcNk2kc9TXU5cG93/e4=|6NtBGSW6+PNGilhXo9YCNW5fNpw= ssh-ed25519 " + key + "\n";
  CHECK(keys_of_host(line, "db").size() == 1);
}

TEST_CASE("fingerprints have the form of hex pairs, or OpenSSH's own") {
  const HostKey github{"github.com", "ssh-ed25519", key};
  CHECK(has_fingerprint(github, "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", ""));
  CHECK(has_fingerprint(github, fingerprint_of(key, "md5"), "md5"));
  CHECK_FALSE(has_fingerprint(github, fingerprint_of(key, "md5"), ""));
  CHECK(fingerprint_of("no base64!", "").empty());
}

TEST_CASE("a host is scanned until it answers, and comments of the program are no keys") {
  FakeHost host;
  int runs = 0;
  host.programs["ssh-keyscan"] = [&](const Command&) {
    return FakeHost::result(0, ++runs < 3 ? "" : "# git:22 SSH-2.0\ngit ssh-ed25519 " + key + "\n");
  };
  const auto keys = scan_host(host, "git", 2222, "ssh-ed25519", 5);
  CHECK(runs == 3);
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].host == "[git]:2222");
  CHECK(host.ran[0] == Argv{"ssh-keyscan", "-p", "2222", "-t", "ssh-ed25519", "-T", "5", "--", "git"});
}

}  // namespace halite::states
