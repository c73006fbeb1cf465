// Remotes over ssh: what they may be, and what git and ssh are told.
#include "pillar/git/ssh_fetch.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::pillar;
using Catch::Contains;

namespace {

struct World {
  FakeHost host;
  Command told;
  GitRemote remote{.url = "ssh://git@git.example.org:2222/srv/pillar.git", .branch = "main"};

  explicit World(CommandResult answer = {}) {
    host.programs["prlimit"] = [this, answer](const Command& command) {
      told = command;
      return answer;
    };
  }
  void fetch() { fetch_over_ssh(host, remote, "/cache/git/x.git", {"+refs/heads/*:refs/halite/heads/*"}); }
};

CommandResult refusal(const std::string& words) {
  CommandResult result;
  result.exit_code = 128;
  result.error = words;
  return result;
}

}  // namespace

TEST_CASE("An address over ssh has its parts checked, so that none is taken for an option") {
  const auto url = ssh_address("ssh://git@git.example.org:2222/srv/pillar.git");
  CHECK((url.user == "git" && url.host == "git.example.org" && url.port == "2222" && url.path == "/srv/pillar.git"));
  const auto scp = ssh_address("git@github.com:python/psf-salt.git");
  CHECK((scp.user == "git" && scp.host == "github.com" && scp.port.empty() && scp.path == "python/psf-salt.git"));
  CHECK(is_ssh("example.org:pillar"));
  for (const std::string other : {"/srv/a:b", "https://example.org/p", "file:///p", "ext::sh", "git://example.org/p", "pillar.git"}) {
    INFO(other);
    CHECK_FALSE(is_ssh(other));
  }
  for (const std::string bad : {"ssh://-oProxyCommand=id/x", "-oProxyCommand=id:x", "ssh://-u@example.org/x", "git@-x:p", "a b@example.org:p",
                                "ssh://example.org", "ssh://example.org/", "example.org:", "example.org:-p", "ssh://example.org:0/p",
                                "ssh://example.org:99999/p", "ssh://example.org:x/p", "ssh:///p", "$(id)@example.org:p", ".x:p"}) {
    INFO(bad);
    CHECK_THROWS_WITH(ssh_address(bad), Contains("[USER@]HOST:PATH"));
    CHECK_THROWS_AS(check({.url = bad}), Error);
  }
}

TEST_CASE("git is told where, what and with which key, and asks nothing") {
  World world;
  world.host.files["/etc/halite/pki/pillar key"] = "PRIVATE";
  world.remote.private_key = "/etc/halite/pki/pillar key";
  world.fetch();
  const auto words = join(world.told.argv, " ");
  CHECK(words.find("prlimit --fsize=2147483648 -- git -c protocol.allow=never -c protocol.ssh.allow=always") == 0);
  CHECK(words.ends_with("--end-of-options ssh://git@git.example.org:2222/srv/pillar.git +refs/heads/*:refs/halite/heads/*"));
  CHECK(world.told.timeout == std::chrono::seconds(30));
  const auto& ssh = world.told.environment.at("GIT_SSH_COMMAND");
  CHECK(ssh.find("-o StrictHostKeyChecking=yes") != std::string::npos);
  CHECK(ssh.find("-o BatchMode=yes") != std::string::npos);
  CHECK(ssh.ends_with("-o IdentitiesOnly=yes -o IdentityAgent=none -i '/etc/halite/pki/pillar key'"));
  CHECK_FALSE(world.told.environment.contains("SSH_ASKPASS"));
}

TEST_CASE("A passphrase stands on no command line and in no file") {
  World world;
  world.host.add_directory("/cache/git");
  world.host.files["/key"] = "PRIVATE";
  world.remote.private_key = "/key";
  world.remote.passphrase = "open sesame";
  world.fetch();
  CHECK(join(world.told.argv, " ").find("sesame") == std::string::npos);
  CHECK(world.told.environment.at("HALITE_PASSPHRASE") == "open sesame");
  CHECK(world.told.environment.at("SSH_ASKPASS") == "/cache/git/passphrase");
  for (const auto& [path, content] : world.host.files) CHECK(content.find("sesame") == std::string::npos);
}

TEST_CASE("What goes wrong is told with the remote and what to do") {
  CHECK_THROWS_WITH(World(refusal("Host key verification failed.\nfatal: Could not read from remote repository.")).fetch(),
                    Contains("the key of git.example.org is not the one in known_hosts") && Contains("ssh-keyscan -p 2222 git.example.org"));
  CHECK_THROWS_WITH(World(refusal("git@x: Permission denied (publickey).")).fetch(), Contains("refuses us: name a key with the option privkey"));
  CHECK_THROWS_WITH(World(refusal("ssh: connect to host x port 22: Connection refused")).fetch(), Contains("Connection refused"));
  CHECK_THROWS_WITH(World(refusal("error: index-pack died of signal 25")).fetch(), Contains("more than 2147483648 bytes"));
  CommandResult late;
  late.timed_out = true;
  CHECK_THROWS_WITH(World(late).fetch(), Contains("took longer than 30 s"));
  World without;
  without.remote.private_key = "/nosuch";
  CHECK_THROWS_WITH(without.fetch(), Contains("the private key '/nosuch'") && Contains("is not there"));
}
