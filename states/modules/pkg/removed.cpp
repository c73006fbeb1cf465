// pkg.removed and pkg.purged.
#include <algorithm>

#include "common/base/strings.h"
#include "states/modules/pkg/pkg.h"

namespace halite::states {
namespace {

Argv removal_words(const Pkg& want, World& world) {
  Argv words{want.purges ? "purge" : "remove"};
  const auto packages = world.packages().all();
  for (const auto& [name, version] : *want.versions) {
    const Package package = package_in(*packages, name);
    if (version.empty() && (!package.version.empty() || (want.purges && package.has_config()))) words.push_back(name);
  }
  return words;
}

// Another version than the one that is named stays.
std::optional<Outcome> prepare(Pkg& asked, World& world, bool purges) {
  collect_packages(asked, world);
  asked.purges = purges;
  const auto packages = world.packages().all();
  for (auto& [name, version] : *asked.versions) {
    const std::string there = package_in(*packages, name).version;
    const bool is_other = version != any_version && !there.empty() && !fulfills(there, version, rules_of(asked));
    version = is_other ? there : "";
  }
  const Argv words = removal_words(asked, world);
  if (words.size() > 1 && world.dry_run)
    if (auto moves = world.packages().simulate(words)) asked.simulated = std::make_shared<const Moves>(std::move(*moves));
  return std::nullopt;
}

void apply(const std::optional<Pkg>&, const std::optional<Pkg>& want, World& world) {
  world.packages().apt_get(removal_words(*want, world));
}

// The configuration files that went with their packages gone before.
Map purged_files(const Change<Pkg>& change) {
  Map files;
  if (!change.before->everything) return files;
  for (const auto& [name, version] : *change.asked.versions)
    if (const Package package = package_in(*change.before->everything, name); package.has_config())
      files.set(name, Map{{"old", package.kept_version}, {"new", ""}});
  return files;
}

Function removal(const char* name, const char* doc, const char* verb, bool purges) {
  Resource<Pkg> pkg = package_resource(named_packages());
  pkg.apply = apply;
  pkg.prepare = [purges](Pkg& asked, World& world) { return prepare(asked, world, purges); };
  Wording<Pkg> words;
  words.correct = [purges](const Pkg& asked) -> std::string {
    if (purges) return "None of the targeted packages are installed or partially installed";
    const bool has_versions = asked.version || std::any_of(asked.versions->begin(), asked.versions->end(),
                                                           [](const auto& entry) { return !entry.second.empty(); });
    return has_versions ? "All specified packages (matching specified versions) are already absent"
                        : "All specified packages are already absent";
  };
  words.planned = [verb](const Change<Pkg>& change) {
    return fmt::format("The following packages will be {}d: {}.", verb, join(moved_names(change), ", "));
  };
  words.done = [verb](const Change<Pkg>& change) {
    const auto moved = moved_names(change);
    std::vector<std::string> others;
    for (const auto& [package, version] : *change.asked.versions)
      if (std::find(moved.begin(), moved.end(), package) == moved.end()) others.push_back(package);
    if (others.empty()) return fmt::format("All targeted packages were {}d.", verb);
    return fmt::format("The following packages were not installed: {} The following packages were {}d: {}.",
                       join(others, ", "), verb, join(moved, ", "));
  };
  words.changes = [purges](const Change<Pkg>& change) {
    Map changes = package_changes(change);
    if (!purges) return changes;
    const Map files = purged_files(change);
    for (const auto& [package, move] : files) changes.erase(package);
    return Map{{"removed", files}, {"installed", changes}};
  };
  return pkg.ensure(name, doc, {{"name", "telnet"}}, as_given<Pkg>, words);
}

}  // namespace

Function pkg_removed() {
  return removal("removed", "The packages are not installed; their configuration files may stay.", "remove", false);
}

Function pkg_purged() {
  return removal("purged", "The packages and their configuration files are gone.", "purge", true);
}

}  // namespace halite::states
