// Packages over apt: installed, latest, removed and purged.
#include <algorithm>

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/resource.h"

namespace halite::states {
namespace {

constexpr const char* any_version = "installed";

struct Pkg {
  std::string name;
  Value pkgs, refresh;
  std::optional<Text> version;
  std::string fromrepo;
  std::optional<bool> hold, install_recommends;
  bool only_upgrade = false, reinstall = false, skip_verify = false, update_holds = false, ignore_epoch = false;
  bool allow_updates = false, normalize = true, skip_suggestions = false;
  std::optional<Number> cache_valid_time;

  // Derived: name -> version as asked ("installed" is any), or what is there; empty is not there.
  std::optional<std::map<std::string, std::string>> versions;
  std::optional<std::map<std::string, bool>> holds;
  bool purges = false;
  std::shared_ptr<const PackageMap> everything;  // at the time of the look
};

Schema<Pkg> named() {
  return Schema<Pkg>()
      .key(&Pkg::name, "name", "Package, when `pkgs` names none.")
      .parameter(&Pkg::pkgs, "pkgs", "Packages: a list of names, or of maps from name to version.");
}

Schema<Pkg> install_schema() {
  return named()
      .parameter(&Pkg::version, "version", "Version to have; a glob will do. Unset: any that is installed.")
      .parameter(&Pkg::refresh, "refresh",
                 "Fetch the package lists first: true or false. Unset: once a run, before something is installed.")
      .parameter(&Pkg::fromrepo, "fromrepo", "Release to take the packages from, such as bookworm-backports.")
      .parameter(&Pkg::hold, "hold", "Keep apt from changing them, or let it.")
      .parameter(&Pkg::install_recommends, "install_recommends",
                 "Also install what they recommend. Unset: as apt is set up.")
      .parameter(&Pkg::only_upgrade, "only_upgrade", "Upgrade what is installed and install nothing new.")
      .parameter(&Pkg::reinstall, "reinstall", "Kept for Salt's trees; what is installed is not installed again.")
      .parameter(&Pkg::skip_verify, "skip_verify", "Install packages that are not signed.")
      .parameter(&Pkg::update_holds, "update_holds", "Change packages that are held.")
      .parameter(&Pkg::ignore_epoch, "ignore_epoch", "Compare versions without their epoch.")
      .parameter(&Pkg::allow_updates, "allow_updates",
                 "A newer version than the one asked for will do when it is installed.")
      .parameter(&Pkg::normalize, "normalize", "Kept for Salt's trees; names are apt's.")
      .parameter(&Pkg::skip_suggestions, "skip_suggestions", "Kept for Salt's trees; nothing is suggested.")
      .parameter(&Pkg::cache_valid_time, "cache_valid_time", "Kept for Salt's trees; lists are fetched once a run.");
}

const std::string& checked(const std::string& name) {
  if (name.empty() || name[0] == '-' || name.find_first_of(" \t\n=/") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a package", escape_control(name));
  return name;
}

void collect(Pkg& asked) {
  asked.versions.emplace();
  const std::string all = asked.version ? asked.version->text : any_version;
  const auto add = [&](const std::string& name, const std::string& version) {
    (*asked.versions)[checked(name)] = version;
  };
  if (asked.pkgs.is_null()) return add(asked.name, all);
  for (const Value& item : asked.pkgs.as_list("'pkgs'")) {
    if (!item.is_map()) {
      add(python_text(item), all);
      continue;
    }
    for (const auto& [name, version] : item.as_map())
      add(python_text(name), version.is_null() ? any_version : python_text(version));
  }
}

std::string without_epoch(const std::string& version) {
  const std::size_t colon = version.find(':');
  return colon == std::string::npos ? version : version.substr(colon + 1);
}

bool satisfies(const Pkg& asked, const std::string& wanted, const Package& package) {
  if (package.version.empty()) return false;
  if (wanted == any_version) return true;
  if (asked.ignore_epoch) return glob_match(without_epoch(wanted), without_epoch(package.version));
  return glob_match(wanted, package.version);
}

std::optional<Pkg> read(const Pkg& asked, World& world) {
  Pkg now;
  now.everything = world.packages().all();
  now.versions.emplace();
  for (const auto& [name, wanted] : *asked.versions) {
    const auto found = now.everything->find(name);
    const Package package = found == now.everything->end() ? Package() : found->second;
    std::string& shown = (*now.versions)[name];
    if (satisfies(asked, wanted, package))
      shown = wanted;
    else
      shown = package.version.empty() && package.has_config && asked.purges ? "configuration files" : package.version;
    if (asked.holds) now.holds.emplace();
  }
  if (now.holds)
    for (const auto& [name, held] : *asked.holds) {
      const auto found = now.everything->find(name);
      (*now.holds)[name] = found != now.everything->end() && found->second.is_held;
    }
  return now;
}

void install(const Pkg& now, const Pkg& want, World& world) {
  Argv words{"install"};
  if (!want.fromrepo.empty()) words.insert(words.end(), {"-t", want.fromrepo});
  if (want.install_recommends)
    words.push_back(*want.install_recommends ? "--install-recommends" : "--no-install-recommends");
  if (want.only_upgrade) words.push_back("--only-upgrade");
  if (want.skip_verify) words.push_back("--allow-unauthenticated");
  if (want.update_holds) words.push_back("--allow-change-held-packages");
  const std::size_t fixed = words.size();
  bool has_versions = false;
  for (const auto& [name, version] : *want.versions) {
    if (now.versions->at(name) == version) continue;
    words.push_back(version == any_version ? name : name + "=" + version);
    has_versions = has_versions || version != any_version;
  }
  if (words.size() == fixed) return;
  if (has_versions) words.insert(words.begin() + 1, "--allow-downgrades");
  if (want.refresh != Value(false)) world.packages().refresh(false);
  world.packages().apt_get(words);
}

void apply_install(const std::optional<Pkg>& now, const std::optional<Pkg>& want, World& world) {
  install(*now, *want, world);
  if (!want->holds) return;
  for (const auto& [name, held] : *want->holds)
    if (now->holds->at(name) != held) world.packages().hold(name, held);
}

void apply_removal(const std::optional<Pkg>& now, const std::optional<Pkg>& want, World& world) {
  Argv words{want->purges ? "purge" : "remove"};
  for (const auto& [name, version] : *want->versions)
    if (now->versions->at(name) != version) words.push_back(name);
  world.packages().apt_get(words);
}

std::string version_in(const std::shared_ptr<const PackageMap>& packages, const std::string& name) {
  const auto found = packages->find(name);
  return found == packages->end() ? "" : found->second.version;
}

// Everything that came, went or changed, dependencies too. A plan knows only what was asked for.
Map changes(const Change<Pkg>& change) {
  Map shown;
  const auto add = [&](const std::string& name, const std::string& old, const std::string& now) {
    if (old != now) shown.set(name, Map{{"old", old}, {"new", now}});
  };
  if (change.before->everything && change.after->everything) {
    for (const auto& [name, package] : *change.after->everything)
      if (name.find(':') == std::string::npos) add(name, version_in(change.before->everything, name), package.version);
    for (const auto& [name, package] : *change.before->everything)
      if (name.find(':') == std::string::npos && !change.after->everything->count(name)) add(name, package.version, "");
  } else {
    for (const auto& [name, version] : *change.after->versions) add(name, change.before->versions->at(name), version);
  }
  for (const Difference& difference : change.differences)
    if (difference.field == "hold") shown.set("hold", Map{{"old", difference.before}, {"new", difference.after}});
  return shown;
}

std::string names(const std::optional<std::map<std::string, std::string>>& versions, const Change<Pkg>* change) {
  std::vector<std::string> result;
  for (const auto& [name, version] : *versions)
    if (!change || change->before->versions->at(name) != change->after->versions->at(name)) result.push_back(name);
  return join(result, ", ");
}

bool is_single(const Pkg& asked) {
  return asked.pkgs.is_null();
}

Wording<Pkg> install_words() {
  Wording<Pkg> words;
  words.correct = [](const Pkg& asked) -> std::string {
    if (!is_single(asked)) return "All specified packages are already installed";
    if (asked.version)
      return fmt::format("All specified packages are already installed and are at the desired version");
    return "All specified packages are already installed";
  };
  words.planned = [](const Change<Pkg>& change) {
    return "The following packages would be installed/updated: " + names(change.asked.versions, &change);
  };
  words.done = [](const Change<Pkg>& change) {
    return "The following packages were installed/updated: " + names(change.asked.versions, &change);
  };
  words.changes = changes;
  return words;
}

Wording<Pkg> removal_words(const char* verb) {
  Wording<Pkg> words;
  words.correct = [](const Pkg&) -> std::string { return "All specified packages are already absent"; };
  words.planned = [verb](const Change<Pkg>& change) {
    return fmt::format("The following packages will be {}d: {}.", verb, names(change.asked.versions, &change));
  };
  words.done = [verb](const Change<Pkg>&) { return fmt::format("All targeted packages were {}d.", verb); };
  words.changes = changes;
  return words;
}

std::optional<Outcome> prepare_installed(Pkg& asked, World& world) {
  collect(asked);
  if (asked.hold) {
    asked.holds.emplace();
    for (const auto& [name, version] : *asked.versions) (*asked.holds)[name] = *asked.hold;
  }
  if (asked.refresh == Value(true) && !world.dry_run) world.packages().refresh(true);
  return std::nullopt;
}

// What apt would install now is what is wanted.
std::optional<Outcome> prepare_latest(Pkg& asked, World& world) {
  collect(asked);
  if (!world.dry_run && asked.refresh != Value(false)) world.packages().refresh(asked.refresh == Value(true));
  std::vector<std::string> all;
  for (const auto& [name, version] : *asked.versions) all.push_back(name);
  const auto candidates = world.packages().candidates(all);
  for (auto& [name, version] : *asked.versions) {
    const auto found = candidates.find(name);
    if (found == candidates.end()) throw Error(ErrorKind::not_found, "No information found for '{}'.", name);
    version = found->second;
  }
  return std::nullopt;
}

Resource<Pkg> resource(Schema<Pkg> schema) {
  Resource<Pkg> pkg{.name = "pkg", .schema = std::move(schema), .read = read, .apply = apply_install};
  pkg.derived = Schema<Pkg>()
                    .property(&Pkg::versions, "versions", "Which version is installed.")
                    .property(&Pkg::holds, "hold", "Whether apt may change them.");
  pkg.ignored = {{"pkg_verify", "use debsums"}, {"provider", "packages are apt's"}};
  return pkg;
}

Function removal(const char* name, const char* doc, const char* verb, bool purges) {
  Schema<Pkg> schema = named().parameter(&Pkg::version, "version", "Remove it only when this version is installed.");
  Resource<Pkg> pkg = resource(schema);
  pkg.apply = apply_removal;
  pkg.prepare = [purges](Pkg& asked, World& world) -> std::optional<Outcome> {
    collect(asked);
    asked.purges = purges;
    const auto all = world.packages().all();
    // Another version than the named one stays.
    for (auto& [package, version] : *asked.versions) {
      const std::string there = version_in(all, package);
      version = version != any_version && !glob_match(version, there) ? there : "";
    }
    return std::nullopt;
  };
  return pkg.ensure(name, doc, {{"name", "telnet"}}, as_given<Pkg>, removal_words(verb));
}

}  // namespace

Module pkg() {
  Resource<Pkg> installed = resource(install_schema());
  installed.prepare = prepare_installed;
  Resource<Pkg> latest = resource(install_schema());
  latest.prepare = prepare_latest;
  const Map example{{"name", "web"}, {"pkgs", List{"nginx", "rsync"}}};
  return {"pkg",
          "Packages over apt.",
          {installed.ensure("installed", "The packages are installed.", example, as_given<Pkg>, install_words()),
           latest.ensure("latest", "The packages are installed in the newest version apt knows.", example,
                         as_given<Pkg>, install_words()),
           removal("removed", "The packages are not installed; their configuration files may stay.", "remove", false),
           removal("purged", "The packages and their configuration files are gone.", "purge", true)}};
}

}  // namespace halite::states
