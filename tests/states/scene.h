// A small world for tests of states: a machine in memory with accounts and their programs, a file tree, a run.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "states/run/run.h"
#include "tests/support/fake_host.h"
#include "tests/support/memory_tree.h"

namespace halite::states {

// useradd, usermod, userdel, groupadd, groupmod, groupdel, gpasswd, chpasswd, chage and passwd over the fake's files.
void install_account_programs(FakeHost& host);

// systemctl over one service, ssh, which is stopped and disabled at first.
void install_systemctl(FakeHost& host);

// apt-get, apt-cache and apt-mark over a dpkg of the fake's: telnet 1.0 is installed; nginx (1.2), rsync (3.0) and
// telnet (1.1) can be had.
void install_apt(FakeHost& host);

// crontab over cron's spool directory.
void install_crontab(FakeHost& host);

// The program sysctl over two kernel parameters.
void install_sysctl(FakeHost& host);

// Time zones Europe/Berlin and Etc/UTC (the system's), locales that locale-gen makes, timedatectl.
void install_places(FakeHost& host);
// update-alternatives, and a pager with two choices.
void install_alternatives(FakeHost& host);
// modprobe and rmmod over /proc/modules.
void install_kernel_modules(FakeHost& host);

// mount, umount, swapon, blkid, mkfs and blockdev over /proc and a few devices.
void install_mounts(FakeHost& host);

// iptables, iptables-save, nft (a table ip filter with a base chain input) and unshare, each over rules in memory.
void install_firewalls(FakeHost& host);

struct Scene {
  FakeHost host;
  test::MemoryTree tree{test::MemoryTree::Files{}};
  Value pillar = Map();
  Value grains = Map();
  RunOptions options;
  TemplateRenderer render;
  FunctionCaller call;

  Scene();
  RunResult run(const List& low);
  // One state: {"file.managed", {{"name", ...}, ...}}; gives its result.
  Map state(const std::string& function, const Map& args);
  Map dry(const std::string& function, const Map& args);
};

// A low chunk: id and name are `id` unless the arguments hold a name.
Map chunk(const std::string& function, const std::string& id, const Map& args = {});
// The result of the chunk with this id.
const Map& result_of(const RunResult& run, const std::string& id);

}  // namespace halite::states
