#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

const std::string file = "/etc/sysctl.d/99-salt.conf";

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}

}  // namespace

TEST_CASE("sysctl.present plans, sets kernel and file, and then asks no program") {
  Scene scene;
  const Map args{{"name", "vm.swappiness"}, {"value", 10}};
  CHECK(comment(scene.dry("sysctl.present", args)) == "Sysctl option vm.swappiness set to be changed to 10");
  const Map made = scene.state("sysctl.present", args);
  CHECK(comment(made) == "Updated sysctl value vm.swappiness = 10");
  CHECK(changes(made) == Map{{"vm.swappiness", "10"}});
  CHECK(scene.host.files[file] == "#\n# Kernel sysctl configuration\n#\nvm.swappiness = 10\n");
  CHECK(scene.host.files["/proc/sys/vm/swappiness"] == "10\n");
  scene.host.ran.clear();
  CHECK(comment(scene.state("sysctl.present", args)) == "Sysctl value vm.swappiness = 10 is already set");
  CHECK(scene.host.ran.empty());
}

TEST_CASE("only what differs is changed: the file, or the kernel; white space is no difference") {
  Scene scene;
  scene.host.files[file] = "# mine\nvm.swappiness=50\nother = 1\n";
  CHECK(comment(scene.dry("sysctl.present", {{"name", "vm.swappiness"}, {"value", 60}}))
            .starts_with("Sysctl value is currently set on the running system but not in a config file."));
  scene.state("sysctl.present", {{"name", "vm.swappiness"}, {"value", 60}});
  CHECK(scene.host.ran.empty());
  CHECK(scene.host.files[file] == "# mine\nvm.swappiness = 60\nother = 1\n");
  scene.host.files[file] = "net.ipv4.tcp_rmem = 4096 87380   6291456\n";
  CHECK(changes(scene.state("sysctl.present", {{"name", "net.ipv4.tcp_rmem"}, {"value", "4096 87380 6291456"}})).empty());
}

TEST_CASE("a value the kernel refuses does not get into the file, and unknown parameters are told") {
  Scene scene;
  const Map refused = scene.state("sysctl.present", {{"name", "vm.swappiness"}, {"value", "bad"}});
  CHECK(comment(refused) ==
        "Failed to set vm.swappiness to bad: sysctl -w failed: sysctl: setting key \"vm.swappiness\": Invalid argument");
  CHECK_FALSE(scene.host.status(file));
  CHECK(comment(scene.state("sysctl.present", {{"name", "no.such"}, {"value", 1}})) ==
        "Failed to set no.such to 1: sysctl no.such does not exist");
  CHECK(comment(scene.state("sysctl.present", {{"name", "../etc/x"}, {"value", 1}})) ==
        "'../etc/x' is no name of a kernel parameter");
}

}  // namespace halite::states
