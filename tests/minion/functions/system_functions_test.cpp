// The functions beside the system states: pkg, service, cron, mount, hosts, sysctl, system, ...
#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct World : Caller {
  World() {
    host.files["/etc/shadow"] = "root:*:20000:0:99999:7:::\n";
    host.files["/var/lib/dpkg/status"] =
        "Package: nginx\nStatus: install ok installed\nVersion: 1.2\n\nPackage: old\nStatus: deinstall ok config-files\n"
        "Version: 0.9\n";
  }
  Value run(const std::string& fun, List arg = {}) { return call(fun, std::move(arg)); }
};

Map keywords(Map args) {
  args.set("__kwarg__", true);
  return args;
}

}  // namespace

TEST_CASE("every function of the system has a sentence, and so has every argument") {
  World world;
  for (const auto& name : world.machine->functions().names()) {
    const Function& function = *world.machine->functions().find(name);
    INFO(name);
    CHECK(function.doc.size() > 5);
    for (const auto& field : function.fields) {
      INFO(field.name);
      CHECK(field.doc.ends_with('.'));
    }
  }
}

TEST_CASE("packages: versions of several, what is installed, comparison") {
  World world;
  CHECK(world.run("pkg.version", {"nginx"}) == Value("1.2"));
  CHECK(world.run("pkg.version", {"nginx", "none"}) == Value(Map{{"nginx", "1.2"}, {"none", ""}}));
  CHECK(world.run("pkg.list_pkgs") == Value(Map{{"nginx", "1.2"}}));
  CHECK(world.run("pkg.list_pkgs", {keywords({{"removed", true}})}) == Value(Map{{"old", "0.9"}}));
  CHECK(world.run("pkg.version_cmp", {"1.10", "1.9"}) == Value(1));
  world.host.programs["apt-get"] = [&](const Command& command) {
    if (command.argv.back() == "update")
      return FakeHost::result(0, "Get:1 http://x stable InRelease [10 kB]\nHit:2 http://y stable InRelease\n");
    if (command.argv.back() == "rsync")
      world.host.files["/var/lib/dpkg/status"] += "\nPackage: rsync\nStatus: install ok installed\nVersion: 3.0\n";
    return FakeHost::result(command.argv.back() == "none" ? 100 : 0, "", "E: no such package\n");
  };
  CHECK(world.run("pkg.refresh_db") ==
        Value(Map{{"http://x stable InRelease", true}, {"http://y stable InRelease", Value()}}));
  CHECK(world.run("pkg.install", {"rsync"}) == Value(Map{{"rsync", Map{{"old", ""}, {"new", "3.0"}}}}));
  CHECK(world.run("pkg.install", {keywords({{"pkgs", List{"rsync"}}})}) == Value(Map()));
  const Map failed = world.job("pkg.install", {"none"});
  CHECK(failed.find("return")->as_string().find("E: no such package") != std::string::npos);
  CHECK(*failed.find("success") == Value(false));
}

TEST_CASE("services are asked over the bus and told through systemctl") {
  World world;
  world.host.add_directory("/run/systemd/system");
  world.host.units = std::map<std::string, UnitStatus>{{"ssh.service", {"loaded", "active", "enabled", false}}};
  CHECK(world.run("service.status", {"ssh"}) == Value(true));
  CHECK(world.run("service.available", {"none"}) == Value(false));
  CHECK(world.run("service.enabled", {"ssh"}) == Value(true));
  CHECK(world.host.ran.empty());
  world.host.programs["systemctl"] = [](const Command&) { return CommandResult{}; };
  CHECK(world.run("service.restart", {"ssh", keywords({{"no_block", true}})}) == Value(true));
  CHECK(world.host.ran.back() == Argv{"systemctl", "--no-block", "restart", "ssh.service"});
}

TEST_CASE("jobs of crontabs: new, present, updated, removed") {
  World world;
  world.host.add_directory("/var/spool/cron/crontabs");
  world.host.programs["crontab"] = [&](const Command& command) {
    world.host.files["/var/spool/cron/crontabs/root"] = command.input;
    return CommandResult{};
  };
  const List job{"root", "*", "1", "*", "*", "*", "/bin/true", keywords({{"identifier", "a"}})};
  CHECK(world.run("cron.set_job", job) == Value("new"));
  CHECK(world.run("cron.set_job", job) == Value("present"));
  CHECK(world.run("cron.set_special", {"root", "@daily", "/bin/true", keywords({{"identifier", "a"}})}) == Value("updated"));
  CHECK(*world.run("cron.list_tab", {"root"}).find("special")->as_list().at(0).find("spec") == Value("@daily"));
  CHECK(world.run("cron.rm_job", {"root", "/bin/true", keywords({{"identifier", "a"}})}) == Value("removed"));
  CHECK(world.run("cron.rm_job", {"root", "/bin/true", keywords({{"identifier", "a"}})}) == Value("absent"));
}

TEST_CASE("hosts, kernel parameters, mounts and time") {
  World world;
  world.host.files["/etc/hosts"] = "10.0.0.1 a b # note\n";
  CHECK(world.run("hosts.get_ip", {"b"}) == Value("10.0.0.1"));
  CHECK(world.run("hosts.add_host", {"10.0.0.2", "c"}) == Value(true));
  CHECK(world.run("hosts.has_pair", {"10.0.0.2", "c"}) == Value(true));
  CHECK(world.run("hosts.list_hosts") == Value(Map{{"10.0.0.1", Map{{"aliases", List{"a", "b"}}, {"comment", "note"}}},
                                                   {"10.0.0.2", Map{{"aliases", List{"c"}}}}}));
  world.host.files["/proc/sys/vm/swappiness"] = "60\n";
  CHECK(world.run("sysctl.get", {"vm.swappiness"}) == Value("60"));
  CHECK(world.run("sysctl.get", {"no.such"}).as_string().find("does not exist") != std::string::npos);
  world.host.files["/proc/self/mountinfo"] = "21 1 8:1 / /a\\040b rw - ext4 /dev/vda1 rw\n";
  CHECK(world.run("mount.is_mounted", {"/a b"}) == Value(true));
  CHECK(world.run("mount.active") ==
        Value(Map{{"/a b", Map{{"device", "/dev/vda1"}, {"fstype", "ext4"}, {"opts", List{"rw"}}}}}));
  world.host.files["/etc/fstab"] = "";
  CHECK(world.run("mount.set_fstab", {"/mnt", "/dev/vdb", "ext4"}) == Value("updated"));
  CHECK(world.host.files["/etc/fstab"] == "/dev/vdb\t\t/mnt\text4\tdefaults\t0 0\n");
  CHECK(world.run("timezone.get_hwclock") == Value("UTC"));
}

TEST_CASE("what ends the machine refuses in a container") {
  World world;
  world.host.programs["shutdown"] = [](const Command&) { return CommandResult{}; };
  world.host.files["/run/systemd/container"] = "systemd-nspawn\n";
  for (const char* name : {"system.reboot", "system.shutdown", "system.halt", "system.poweroff"}) {
    CHECK(world.run(name).as_string().find("refuses: this is a container (systemd-nspawn)") != std::string::npos);
    CHECK(world.host.ran.empty());
  }
  world.host.files.erase("/run/systemd/container");
  CHECK(world.run("system.reboot", {5}) == Value(true));
  CHECK(world.host.ran.back() == Argv{"shutdown", "-r", "+5"});
}

}  // namespace halite::minion
