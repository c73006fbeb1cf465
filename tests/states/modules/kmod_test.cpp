#include <catch2/catch.hpp>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

const std::string boot = "/etc/modules-load.d/salt_managed.conf";

std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}

}  // namespace

TEST_CASE("kmod.present loads, now and at boot") {
  Scene scene;
  const Map args{{"name", "x"}, {"mods", List{"dummy", "br-netfilter", "ext4"}}, {"persist", true}};
  CHECK(comment(scene.dry("kmod.present", args)) ==
        "Kernel modules br-netfilter, dummy, ext4 are set to be loaded");
  const Map made = scene.state("kmod.present", args);
  CHECK(changes(made) == Map{{"br_netfilter", "loaded"}, {"dummy", "loaded"}, {"ext4", "loaded"}});
  CHECK(scene.host.files[boot] == "br-netfilter\ndummy\next4\n");
  CHECK(scene.host.ran.size() == 2);
  CHECK(comment(scene.state("kmod.present", {{"name", "dummy"}})) == "Kernel module dummy is already present");
  CHECK(comment(scene.state("kmod.present", {{"name", "built-in"}})) == "Kernel module built-in is already present");
}

TEST_CASE("kmod.absent unloads, and comments the boot line out or takes it") {
  Scene scene;
  scene.state("kmod.present", {{"name", "dummy"}, {"persist", true}});
  CHECK(comment(scene.dry("kmod.absent", {{"name", "dummy"}})) == "Kernel module dummy is set to be removed");
  CHECK(comment(scene.state("kmod.absent", {{"name", "dummy"}, {"persist", true}})) == "Removed kernel module dummy");
  CHECK(scene.host.files[boot] == "#dummy\n");
  scene.state("kmod.present", {{"name", "dummy"}, {"persist", true}});
  CHECK(scene.host.files[boot] == "dummy\n");
  scene.state("kmod.absent", {{"name", "dummy"}, {"persist", true}, {"comment", false}});
  CHECK(scene.host.files[boot].empty());
  CHECK(comment(scene.state("kmod.absent", {{"name", "dummy"}})) == "Kernel module dummy is already removed");
}

TEST_CASE("a module that can't be loaded, and what is no name") {
  Scene scene;
  const Map failed = scene.state("kmod.present", {{"name", "none"}});
  CHECK(failed.at("result") == Value(false));
  CHECK(comment(failed) == "Error loading module none: modprobe: FATAL: Module none not found");
  CHECK(comment(scene.state("kmod.present", {{"name", "--remove"}})) == "'--remove' is no name of a kernel module");
}

}  // namespace halite::states
