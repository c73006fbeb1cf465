// Packages of Debian's dpkg and apt: what is installed is read from dpkg's own file, without a child process.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

struct Package {
  std::string version;        // empty: not installed
  std::string kept_version;   // of the configuration files that are still there, when it is not installed
  bool is_held = false;
  bool is_to_be_purged = false;  // installed, and marked for removal with its configuration files

  bool has_config() const { return version.empty() && !kept_version.empty(); }
};

using PackageMap = std::map<std::string, Package>;

struct Move {
  std::string old, now;
  bool operator==(const Move&) const = default;
};
// Package -> versions; an empty one is not installed.
using Moves = std::map<std::string, Move>;

struct Available {
  std::string candidate;               // what apt would install; empty: nothing
  std::vector<std::string> versions;   // newest first
};

struct AptOptions {
  bool force_yes = false, new_config_files = false;
};

class Packages {
 public:
  explicit Packages(Host& host) : host_(&host) {}

  // Everything that dpkg knows, by name; "name:arch" too for packages of a foreign architecture.
  std::shared_ptr<const PackageMap> all();
  // What apt can install of each; a name it does not know is left out. Starts apt-cache once. `release` as for -t.
  std::map<std::string, Available> available(const std::vector<std::string>& names, const std::string& release = "");
  // Every upgrade apt would make now: name -> new version.
  std::map<std::string, std::string> upgrades(bool may_remove, const std::string& release = "");

  // Fetches the lists of packages; once a run unless `again`, and not when they are younger than `valid_for`. Gives
  // apt's output.
  std::string refresh(bool again, std::chrono::seconds valid_for = std::chrono::seconds(0));
  // The next install fetches the lists, whatever happened before in this run.
  void lists_are_stale() { is_refreshed_ = false; }
  bool is_refreshed() const { return is_refreshed_; }

  // apt-get with the given words ("install", "--no-install-recommends", "nginx=1.22"), never asking anything and
  // keeping changed configuration files; waits for another apt. Gives its output. Throws Error(unavailable) with
  // apt's last lines.
  std::string apt_get(const Argv& words, const AptOptions& options = {});
  // What the same words would do; nothing when apt can't say.
  std::optional<Moves> simulate(const Argv& words);
  void hold(const std::vector<std::string>& names, bool held);
  // Drops what is known, after a change that did not go through here.
  void forget() { known_ = nullptr; }
  // In a dry run: these moves count as made from here on, in all() and in simulate().
  void rehearse(const Moves& moves);

 private:
  CommandResult run_apt(const Argv& words, const AptOptions& options);
  // Ends what an interrupted dpkg began.
  void finish_configuration(const AptOptions& options);

  Host* host_;
  std::string stamp_;
  std::shared_ptr<const PackageMap> known_;
  Moves rehearsed_;
  bool is_refreshed_ = false;
};

// What changed between two looks; names with an architecture are left out.
Moves moves_between(const PackageMap& before, const PackageMap& after);

// Throws Error(invalid) for what is no name of a package, so that none is taken for an option.
const std::string& checked_package(const std::string& name);
// "nginx:amd64" is nginx where the system is amd64.
std::string normal_package(const std::string& name, const std::string& architecture);

}  // namespace halite::states
