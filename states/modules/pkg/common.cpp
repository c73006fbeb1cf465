#include "common/base/strings.h"
#include "states/modules/pkg/pkg.h"

namespace halite::states {

const std::vector<std::pair<std::string, std::string>> other_managers{
    {"provider", "packages are apt's"},
    {"enablerepo", "it means something to yum alone; use fromrepo"},
    {"disablerepo", "it means something to yum alone; use fromrepo"},
    {"use_wheel", "it means something to pip alone"},
};

Schema<Pkg> named_packages() {
  return Schema<Pkg>()
      .key(&Pkg::name, "name", "Package, when `pkgs` names none.")
      .parameter(&Pkg::pkgs, "pkgs", "Packages: a list of names, or of maps from name to version.")
      .parameter(&Pkg::version, "version", "Version: one, a glob, or conditions such as '>=1.2,<2'.")
      .parameter(&Pkg::normalize, "normalize", "Take name:amd64 as name where the system is amd64.")
      .parameter(&Pkg::ignore_epoch, "ignore_epoch",
                 "Compare versions without their epoch. Unset: for equality with a version that has none.");
}

Schema<Pkg> installing() {
  return named_packages()
      .parameter(&Pkg::refresh, "refresh",
                 "Fetch the package lists first: true or false. Unset: once a run, before something is installed.")
      .parameter(&Pkg::cache_valid_time, "cache_valid_time", "Seconds for which fetched lists are fresh enough.")
      .parameter(&Pkg::fromrepo, "fromrepo", "Release to take the packages from, such as bookworm-backports.")
      .parameter(&Pkg::install_recommends, "install_recommends",
                 "Also install what they recommend. Unset: as apt is set up.")
      .parameter(&Pkg::only_upgrade, "only_upgrade", "Upgrade what is installed and install nothing new.")
      .parameter(&Pkg::skip_verify, "skip_verify", "Install packages that are not signed.")
      .parameter(&Pkg::debconf, "debconf", "File with answers for debconf, as salt:// or a path, set before installing.")
      .parameter(&Pkg::force_yes, "force_yes", "Also downgrade, and remove essential packages.")
      .parameter(&Pkg::force_conf_new, "force_conf_new", "Replace changed configuration files by the package's.")
      .parameter(&Pkg::resolve_capabilities, "resolve_capabilities",
                 "Kept for Salt's trees; apt finds what provides a name itself.");
}

namespace {

std::string grain(const World& world, const char* name) {
  const Value* value = world.grains.find(name);
  return value && value->is_string() ? *value->if_string() : "";
}

}  // namespace

void collect_packages(Pkg& asked, const World& world) {
  asked.versions.emplace();
  const std::string architecture = grain(world, "osarch");
  const auto add = [&](const std::string& name, const std::string& version) {
    const std::string plain = asked.normalize ? normal_package(name, architecture) : name;
    (*asked.versions)[checked_package(plain)] = version.empty() ? any_version : version;
  };
  const std::string all = asked.version ? asked.version->text : any_version;
  if (asked.pkgs.is_null()) return add(asked.name, all);
  for (const Value& item : asked.pkgs.as_list("'pkgs'")) {
    if (!item.is_map()) {
      add(python_text(item), any_version);
      continue;
    }
    for (const auto& [name, version] : item.as_map())
      add(python_text(name), version.is_null() ? any_version : python_text(version));
  }
}

bool has_no_packages(const Pkg& asked) {
  return asked.pkgs.is_list() && asked.pkgs.as_list().empty();
}

std::vector<std::string> names_of(const std::map<std::string, std::string>& versions) {
  std::vector<std::string> names;
  for (const auto& [name, version] : versions) names.push_back(name);
  return names;
}

VersionRules rules_of(const Pkg& asked) {
  return {.ignore_epoch = asked.ignore_epoch, .allow_updates = asked.allow_updates};
}

bool satisfies(const Pkg& asked, const std::string& wanted, const Package& package) {
  if (package.version.empty()) return wanted.empty();
  return wanted == any_version || fulfills(package.version, wanted, rules_of(asked));
}

Package package_in(const PackageMap& packages, const std::string& name) {
  const auto found = packages.find(name);
  return found == packages.end() ? Package() : found->second;
}

// A package that meets what is asked shows what is asked.
std::optional<Pkg> read_packages(const Pkg& asked, World& world) {
  Pkg now;
  now.everything = world.packages().all();
  now.versions.emplace();
  for (const auto& [name, wanted] : *asked.versions) {
    const Package package = package_in(*now.everything, name);
    std::string& shown = (*now.versions)[name];
    if (!wanted.empty() && satisfies(asked, wanted, package))
      shown = wanted;
    else
      shown = asked.purges && package.has_config() ? "configuration files" : package.version;
  }
  if (asked.holds) {
    now.holds.emplace();
    for (const auto& [name, held] : *asked.holds) (*now.holds)[name] = package_in(*now.everything, name).is_held;
  }
  now.reinstalled = asked.is_reinstalled ? *asked.is_reinstalled : true;
  now.kept = true;
  for (const auto& [name, wanted] : *asked.versions)
    if (package_in(*now.everything, name).is_to_be_purged) now.kept = false;
  return now;
}

namespace {

// Without apt's word, only what was asked for is known to come. A version that is not named is still a version.
Moves planned_moves(const Pkg& asked, World& world) {
  if (asked.simulated) return *asked.simulated;
  Moves moves;
  const auto packages = world.packages().all();
  for (const auto& [name, wanted] : *asked.versions) {
    const std::string there = package_in(*packages, name).version;
    if (wanted != there && !(wanted == any_version && !there.empty())) moves[name] = {there, wanted};
  }
  return moves;
}

void rehearse(const Pkg& asked, World& world) {
  const Moves moves = planned_moves(asked, world);
  for (const auto& [name, move] : moves)
    if (!move.now.empty()) foresee(world, "package", name);
  world.packages().rehearse(moves);
}

}  // namespace

Resource<Pkg> package_resource(Schema<Pkg> schema) {
  Resource<Pkg> pkg{.name = "pkg", .schema = std::move(schema), .read = read_packages, .apply = {}};
  pkg.derived = Schema<Pkg>()
                    .property(&Pkg::versions, "versions", "Which version is installed.")
                    .property(&Pkg::holds, "hold", "Whether apt may change them.")
                    .property(&Pkg::reinstalled, "reinstalled", "Installed again in this run.")
                    .property(&Pkg::kept, "kept", "None of them is marked to be purged.");
  pkg.ignored = other_managers;
  pkg.rehearse = rehearse;
  return pkg;
}

Argv install_words(const Pkg& want) {
  Argv words{"install"};
  if (!want.fromrepo.empty() && want.files.empty()) words.insert(words.end(), {"-t", want.fromrepo});
  if (want.install_recommends)
    words.push_back(want.install_recommends->value ? "--install-recommends" : "--no-install-recommends");
  if (want.only_upgrade) words.push_back("--only-upgrade");
  if (want.skip_verify) words.push_back("--allow-unauthenticated");
  return words;
}

AptOptions apt_options(const Pkg& want) {
  return {.force_yes = want.force_yes, .new_config_files = want.force_conf_new};
}

void refresh_lists(const Pkg& asked, World& world, bool is_due) {
  if (asked.refresh == Value(false) || (asked.refresh.is_null() && !is_due)) return;
  world.packages().refresh(asked.refresh == Value(true),
                           std::chrono::seconds(asked.cache_valid_time ? asked.cache_valid_time->value : 0));
}

Map changes_of_moves(const Moves& moves) {
  Map changes;
  for (const auto& [name, move] : moves) changes.set(name, Map{{"old", move.old}, {"new", move.now}});
  return changes;
}

namespace {

void add_hold_changes(const Change<Pkg>& change, Map& changes) {
  if (!change.asked.holds || !change.before->holds || !change.after->holds) return;
  for (const auto& [name, held] : *change.after->holds) {
    if (change.before->holds->at(name) == held) continue;
    const std::string old = held ? "install" : "hold", now = held ? "hold" : "install";
    const Value* moved = changes.find(name);
    if (!moved) {
      changes.set(name, Map{{"old", old}, {"new", now}});
      continue;
    }
    const auto joined = [&](const char* key, const std::string& word) {
      const std::string text = moved->find(key)->as_string();
      return text.empty() ? word : text + "\n" + word;
    };
    Map both{{"old", joined("old", old)}, {"new", joined("new", now)}};
    changes.set(name, std::move(both));
  }
}

}  // namespace

Map package_changes(const Change<Pkg>& change) {
  Map changes;
  if (change.before->everything && change.after->everything) {
    changes = changes_of_moves(moves_between(*change.before->everything, *change.after->everything));
  } else if (change.asked.simulated) {
    changes = changes_of_moves(*change.asked.simulated);
  } else {
    for (const auto& [name, version] : *change.after->versions)
      if (const std::string& old = change.before->versions->at(name); old != version)
        changes.set(name, Map{{"old", old}, {"new", version}});
  }
  // What is installed again has the version that it had.
  if (change.asked.is_reinstalled && change.before->everything)
    for (const auto& [name, version] : *change.asked.versions)
      if (const std::string there = package_in(*change.before->everything, name).version;
          !there.empty() && !changes.find(name))
        changes.set(name, Map{{"old", there}, {"new", there}});
  add_hold_changes(change, changes);
  return changes;
}

std::vector<std::string> moved_names(const Change<Pkg>& change) {
  std::vector<std::string> names;
  for (const auto& [name, version] : *change.asked.versions)
    if (change.before->versions->at(name) != change.after->versions->at(name)) names.push_back(name);
  return names;
}

}  // namespace halite::states
