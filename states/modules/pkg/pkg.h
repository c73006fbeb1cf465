// What the functions of pkg share: the struct of what is asked and there, how packages are named, how changes are told.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/providers/debian_version.h"
#include "states/resource.h"

namespace halite::states {

inline constexpr const char* any_version = "installed";

struct Pkg {
  std::string name;
  Value pkgs, sources, refresh, pkg_verify;
  std::optional<Text> version;
  std::string fromrepo, debconf;
  std::optional<Flag> hold, install_recommends;
  bool only_upgrade = false, reinstall = false, skip_verify = false, update_holds = false;
  bool allow_updates = false, normalize = true, skip_suggestions = false, resolve_capabilities = false;
  bool force_yes = false, force_conf_new = false, dist_upgrade = false, watch_flags = true, replace = false, all = false;
  std::optional<bool> ignore_epoch;
  std::optional<Number> cache_valid_time;

  // Derived: name -> version as asked (any_version is any), or what is there; empty is not there.
  std::optional<std::map<std::string, std::string>> versions;
  std::optional<std::map<std::string, bool>> holds;
  std::optional<std::map<std::string, std::string>> fetched;  // name -> version that apt is to fetch
  std::optional<bool> reinstalled, kept;  // done in this run; no longer marked to be purged
  bool purges = false;

  std::map<std::string, std::string> files;     // name -> .deb, with `sources`
  std::shared_ptr<const PackageMap> everything;  // at the time of the look
  std::shared_ptr<const Moves> simulated;        // what apt says that it would do, in a dry run
  std::shared_ptr<bool> is_reinstalled;
};

// `name`, `pkgs`, `version` and how they are read: for all functions.
Schema<Pkg> named_packages();
// The above and what apt is to be told: for installed and latest.
Schema<Pkg> installing();

// Arguments of Salt's other package managers.
extern const std::vector<std::pair<std::string, std::string>> other_managers;

// Fills `versions` from name, version and pkgs.
void collect_packages(Pkg& asked, const World& world);
// True for an empty list of packages, with which there is nothing to do.
bool has_no_packages(const Pkg& asked);
std::vector<std::string> names_of(const std::map<std::string, std::string>& versions);
VersionRules rules_of(const Pkg& asked);
bool satisfies(const Pkg& asked, const std::string& wanted, const Package& package);
Package package_in(const PackageMap& packages, const std::string& name);

std::optional<Pkg> read_packages(const Pkg& asked, World& world);
Resource<Pkg> package_resource(Schema<Pkg> schema);

// `install` and its options for apt-get, without packages.
Argv install_words(const Pkg& want);
AptOptions apt_options(const Pkg& want);
// Fetches the lists as `refresh` and `cache_valid_time` say.
void refresh_lists(const Pkg& asked, World& world, bool is_due);

Map changes_of_moves(const Moves& moves);
// Everything that came, went or changed, dependencies too; in a dry run what apt says.
Map package_changes(const Change<Pkg>& change);
// Those of the asked packages that `change` moves.
std::vector<std::string> moved_names(const Change<Pkg>& change);

// Adds the packages that another state of the same function names; false when apt must be told them apart.
bool absorb_packages(Map& args, const Map& other);

Function pkg_installed();
Function pkg_latest();
Function pkg_removed();
Function pkg_purged();
Function pkg_downloaded();
Function pkg_held();
Function pkg_unheld();
Function pkg_uptodate();

}  // namespace halite::states
