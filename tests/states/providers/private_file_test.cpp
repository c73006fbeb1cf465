// Files for one command, and what a killed process left of them.
#include "states/providers/private_file.h"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::states;

TEST_CASE("a private file is there for as long as its object, for its owner alone") {
  FakeHost host;
  host.make_directory("/tmp", {.mode = 01777, .uid = {}, .gid = {}});
  std::string path;
  {
    const PrivateFile file("key", "secret", host);
    path = file.path();
    CHECK(host.files.at(path) == "secret");
    CHECK(host.status(path)->mode == 0600);
  }
  CHECK_FALSE(host.status(path));
}

TEST_CASE("what a killed process left goes, and what is in use or somebody else's stays") {
  FakeHost host;
  host.make_directory("/tmp", {.mode = 01777, .uid = {}, .gid = {}});
  const std::string mine = std::to_string(::getpid());
  host.files["/proc/" + mine] = "";
  host.files["/proc/17"] = "";
  const std::string nonce = "0123456789abcdef0123456789abcdef";
  for (const std::string& name :
       {"git-key-99999-" + nonce, "check-99999-" + nonce + ".conf", "key-17-" + nonce, "key-" + mine + "-" + nonce, std::string("key"), "key-" + nonce})
    host.files["/tmp/.halite-" + name] = "secret";
  host.files["/tmp/git-key-99999-" + nonce] = "not ours";
  remove_left_private_files(host);
  CHECK_FALSE(host.status("/tmp/.halite-git-key-99999-" + nonce));
  CHECK_FALSE(host.status("/tmp/.halite-check-99999-" + nonce + ".conf"));
  for (const std::string& name : {"key-17-" + nonce, "key-" + mine + "-" + nonce, std::string("key"), "key-" + nonce})
    CHECK(host.status("/tmp/.halite-" + name));
  CHECK(host.status("/tmp/git-key-99999-" + nonce));
}
