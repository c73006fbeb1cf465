#include <catch2/catch.hpp>

#include "states/providers/known_hosts.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const std::string fingerprint = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}

void answer(Scene& scene, const std::string& text) {
  scene.host.programs["ssh-keyscan"] = [text](const Command&) { return FakeHost::result(0, text); };
}

}  // namespace

TEST_CASE("a given key is written for a user, and not a second time") {
  Scene scene;
  const Map args{{"name", "git"}, {"user", "alice"}, {"key", key}, {"enc", "ssh-ed25519"}};
  CHECK(comment(scene.dry("ssh_known_hosts.present", args)) == "Key for git is set to be added to .ssh/known_hosts");
  CHECK(comment(scene.state("ssh_known_hosts.present", args)) ==
        "git's key saved to .ssh/known_hosts (key: " + key + ")");
  const auto& file = scene.host.nodes["/home/alice/.ssh/known_hosts"];
  CHECK(file.uid == 1000);
  CHECK(file.mode == 0600);
  CHECK(scene.host.nodes["/home/alice/.ssh"].mode == 0700);
  CHECK(scene.host.files["/home/alice/.ssh/known_hosts"].starts_with("|1|"));
  CHECK(comment(scene.state("ssh_known_hosts.present", args)) == "git already exists in .ssh/known_hosts");
}

TEST_CASE("of a server only the key with the fingerprint is taken") {
  Scene scene;
  answer(scene, "git ssh-rsa AAAA\ngit ssh-ed25519 " + key + "\n");
  const Map args{{"name", "git"}, {"fingerprint", fingerprint}, {"hash_known_hosts", false}};
  const Map made = scene.state("ssh_known_hosts.present", args);
  CHECK(made.at("result") == Value(true));
  CHECK(scene.host.files["/etc/ssh/ssh_known_hosts"] == "git ssh-ed25519 " + key + "\n");
  scene.host.programs.erase("ssh-keyscan");
  CHECK(scene.state("ssh_known_hosts.present", args).at("changes").as_map().empty());
}

TEST_CASE("another key than the one that is expected is never trusted") {
  Scene scene;
  answer(scene, "git ssh-rsa AAAA\n");
  CHECK(comment(scene.state("ssh_known_hosts.present", {{"name", "git"}, {"fingerprint", fingerprint}})) ==
        "Remote host public keys found but none of their fingerprints match the one you have provided");
  answer(scene, "");
  CHECK(comment(scene.state("ssh_known_hosts.present", {{"name", "git"}})) == "Unable to receive remote host keys");
  CHECK(scene.host.files.count("/etc/ssh/ssh_known_hosts") == 0);
  CHECK(comment(scene.state("ssh_known_hosts.present", {{"name", "git"}, {"key", key}})) ==
        "Required argument \"enc\" if using \"key\" argument.");
  CHECK(comment(scene.state("ssh_known_hosts.present", {{"name", "git"}, {"config", "x"}})) ==
        "If not specifying a \"user\", specify an absolute \"config\".");
}

TEST_CASE("a host is forgotten") {
  Scene scene;
  scene.host.files["/etc/ssh/ssh_known_hosts"] = "web ssh-rsa AAAA\ngit ssh-rsa BBBB\n";
  const Map gone = scene.state("ssh_known_hosts.absent", {{"name", "git"}});
  CHECK(gone.at("changes").find("new")->is_null());
  CHECK(scene.host.files["/etc/ssh/ssh_known_hosts"] == "web ssh-rsa AAAA\n");
  CHECK(comment(scene.state("ssh_known_hosts.absent", {{"name", "git"}})) == "Host is already absent");
}

}  // namespace halite::states
