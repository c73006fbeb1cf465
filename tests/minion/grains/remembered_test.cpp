#include "minion/grains/remembered.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/minion/fake_probe.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::minion;

namespace {

struct Machine {
  FakeHost host;
  FakeProbe probe;
  GrainSettings settings;
  Machine() {
    settings.cache_directory = "/var/cache/halite/minion";
    host.add_directory("/var/cache/halite/minion");
    host.files["/usr/bin/systemd-detect-virt"] = "version 1";
    host.files["/proc/sys/kernel/random/boot_id"] = "first-boot\n";
    host.files["/proc/1/stat"] = "1 (a (strange) name) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 77 1000 5\n";
    says("kvm");
  }
  void says(const std::string& answer, int code = 0) {
    host.programs["systemd-detect-virt"] = [=](const Command&) { return FakeHost::result(code, answer + "\n"); };
  }
  std::optional<std::string> ask(Lasts lasts = Lasts::until_the_next_boot) {
    Grains grains(host, probe, settings);
    return remembered_output({host, probe, settings, grains}, {"systemd-detect-virt"}, lasts);
  }
  std::size_t asked() const { return host.ran.size(); }
};

}  // namespace

TEST_CASE("a program that has answered is not asked again") {
  Machine machine;
  CHECK(machine.ask() == "kvm");
  CHECK(machine.ask() == "kvm");
  CHECK(machine.asked() == 1);
  CHECK(machine.host.status("/var/cache/halite/minion/grains")->mode == 0700);
}

TEST_CASE("a program that failed is not asked again either") {
  Machine machine;
  machine.says("none", 1);
  CHECK(machine.ask() == std::nullopt);
  CHECK(machine.ask() == std::nullopt);
  CHECK(machine.asked() == 1);
}

TEST_CASE("a program that was killed is asked again") {
  Machine machine;
  machine.says("", 137);
  CHECK(machine.ask() == std::nullopt);
  machine.says("kvm");
  CHECK(machine.ask() == "kvm");
}

TEST_CASE("a new version of the program is asked") {
  Machine machine;
  machine.ask(Lasts::as_long_as_the_program);
  machine.host.files["/usr/bin/systemd-detect-virt"] = "version 1.1";
  machine.says("qemu");
  CHECK(machine.ask(Lasts::as_long_as_the_program) == "qemu");
}

TEST_CASE("after a boot, or a start of the container, what was said of the machine is asked again") {
  Machine machine;
  machine.ask();
  machine.says("docker");
  SECTION("a boot") { machine.host.files["/proc/sys/kernel/random/boot_id"] = "second-boot\n"; }
  SECTION("a start") {
    machine.host.files["/proc/1/stat"] = "1 (a (strange) name) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 78 1000 5\n";
  }
  CHECK(machine.ask() == "docker");
}

TEST_CASE("what is said of the program itself outlives a boot") {
  Machine machine;
  machine.ask(Lasts::as_long_as_the_program);
  machine.host.files["/proc/sys/kernel/random/boot_id"] = "second-boot\n";
  machine.ask(Lasts::as_long_as_the_program);
  CHECK(machine.asked() == 1);
}

TEST_CASE("a program is asked each time where nothing can be kept") {
  Machine machine;
  SECTION("no cache") { machine.settings.cache_directory.clear(); }
  SECTION("a cache that can't be written") { machine.settings.cache_directory = "/nowhere/at/all"; }
  SECTION("a boot that has no id") { machine.host.files.erase("/proc/sys/kernel/random/boot_id"); }
  SECTION("a program that was replaced a moment ago") { machine.host.clock = std::chrono::system_clock::time_point{}; }
  CHECK(machine.ask() == "kvm");
  CHECK(machine.ask() == "kvm");
  CHECK(machine.asked() == 2);
}

TEST_CASE("a cache that was damaged is not believed") {
  Machine machine;
  machine.ask();
  const std::string kept = "/var/cache/halite/minion/grains/systemd-detect-virt.json";
  SECTION("cut") { machine.host.files[kept] = "{\"of\": "; }
  SECTION("no text") { machine.host.files[kept] = "{\"of\": 1, \"said\": [2]}"; }
  SECTION("empty") { machine.host.files[kept] = ""; }
  CHECK(machine.ask() == "kvm");
  CHECK(machine.asked() == 2);
}
