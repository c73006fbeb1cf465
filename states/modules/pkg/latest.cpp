// pkg.latest and pkg.uptodate: what apt has newer.
#include <algorithm>

#include "common/base/strings.h"
#include "states/modules/pkg/pkg.h"

namespace halite::states {
namespace {

constexpr std::size_t long_list = 10;

// The names that are to be installed or upgraded, for apt-get.
std::vector<std::string> behind(const Pkg& asked, World& world) {
  std::vector<std::string> names;
  const auto packages = world.packages().all();
  for (const auto& [name, version] : *asked.versions)
    if (package_in(*packages, name).version != version) names.push_back(name);
  return names;
}

Argv upgrade_words(const Pkg& asked, World& world) {
  Argv words = install_words(asked);
  const auto names = behind(asked, world);
  words.insert(words.end(), names.begin(), names.end());
  return words;
}

// What apt would install now is what is wanted, unless something newer is there.
std::optional<Outcome> prepare_latest(Pkg& asked, World& world) {
  if (has_no_packages(asked)) return unchanged("No packages to install provided");
  if (!asked.sources.is_null()) throw Error(ErrorKind::invalid, "The \"sources\" parameter is not supported.");
  collect_packages(asked, world);
  if (!world.dry_run) refresh_lists(asked, world, true);
  const auto available = world.packages().available(names_of(*asked.versions), asked.fromrepo);
  std::vector<std::string> problems;
  for (auto& [name, version] : *asked.versions) {
    const auto found = available.find(name);
    const std::string candidate = found == available.end() ? "" : found->second.candidate;
    const std::string there = package_in(*world.packages().all(), name).version;
    if (candidate.empty() && there.empty()) problems.push_back(fmt::format("No information found for '{}'.", name));
    const bool is_newer = !candidate.empty() && (there.empty() || compare_versions(candidate, there) > 0);
    version = is_newer ? candidate : there;
  }
  if (!problems.empty()) throw Error(ErrorKind::not_found, "{}", join(problems, " "));
  if (world.dry_run && !behind(asked, world).empty())
    if (auto moves = world.packages().simulate(upgrade_words(asked, world)))
      asked.simulated = std::make_shared<const Moves>(std::move(*moves));
  return std::nullopt;
}

void apply_latest(const std::optional<Pkg>&, const std::optional<Pkg>& want, World& world) {
  world.packages().apt_get(upgrade_words(*want, world), apt_options(*want));
}

std::string up_to_date_note(const Change<Pkg>& change, const std::vector<std::string>& moved, const char* verb) {
  std::vector<std::string> names;
  for (const auto& [name, version] : *change.asked.versions)
    if (std::find(moved.begin(), moved.end(), name) == moved.end()) names.push_back(name);
  if (names.empty()) return "";
  if (names.size() > long_list) return fmt::format(" {} packages {} already up-to-date", names.size(), verb);
  return fmt::format(" The following packages {} already up-to-date: {}", verb, join(names, ", "));
}

std::string correct_latest(const Pkg& asked) {
  const auto names = names_of(*asked.versions);
  if (names.size() > long_list) return fmt::format("All {} packages are up-to-date.", names.size());
  if (names.size() > 1) return fmt::format("All packages are up-to-date ({}).", join(names, ", "));
  return fmt::format("Package {} is already up-to-date", names.at(0));
}

Schema<Pkg> latest_schema() {
  return installing()
      .parameter(&Pkg::sources, "sources", "Not for this function: an error.")
      .parameter(&Pkg::watch_flags, "watch_flags", "Kept for Salt's trees; it means something on Gentoo.");
}

// Everything that can be upgraded, or those of `pkgs`.
std::optional<Outcome> prepare_uptodate(Pkg& asked, World& world) {
  if (!asked.refresh.is_null() && !asked.refresh.is_bool())
    throw Error(ErrorKind::invalid, "refresh must be either True or False");
  if (asked.refresh == Value(true) && !world.dry_run) refresh_lists(asked, world, false);
  const auto upgrades = world.packages().upgrades(asked.dist_upgrade, asked.fromrepo);
  asked.versions.emplace();
  std::vector<std::string> only;
  if (asked.pkgs.is_list())
    for (const Value& item : asked.pkgs.as_list()) only.push_back(checked_package(python_text(item)));
  for (const auto& [name, version] : upgrades)
    if (asked.pkgs.is_null() || std::find(only.begin(), only.end(), name) != only.end())
      (*asked.versions)[name] = version;
  if (asked.versions->empty()) return unchanged("System is already up-to-date");
  return std::nullopt;
}

void apply_uptodate(const std::optional<Pkg>&, const std::optional<Pkg>& want, World& world) {
  Argv words = want->pkgs.is_null() ? Argv{want->dist_upgrade ? "dist-upgrade" : "upgrade"}
                                    : Argv{"install", "--only-upgrade"};
  if (want->skip_verify) words.push_back("--allow-unauthenticated");
  if (!want->fromrepo.empty()) words.insert(words.end(), {"-t", want->fromrepo});
  if (!want->pkgs.is_null())
    for (const auto& name : names_of(*want->versions)) words.push_back(name);
  world.packages().apt_get(words, apt_options(*want));
}

Schema<Pkg> uptodate_schema() {
  return Schema<Pkg>()
      .key(&Pkg::name, "name", "Any text; the state is about the whole system.")
      .parameter(&Pkg::refresh, "refresh", "Fetch the package lists first.")
      .parameter(&Pkg::cache_valid_time, "cache_valid_time", "Seconds for which fetched lists are fresh enough.")
      .parameter(&Pkg::pkgs, "pkgs", "Only these packages.")
      .parameter(&Pkg::fromrepo, "fromrepo", "Release to take the packages from.")
      .parameter(&Pkg::dist_upgrade, "dist_upgrade", "Also what needs packages to come or go.")
      .parameter(&Pkg::skip_verify, "skip_verify", "Install packages that are not signed.")
      .parameter(&Pkg::force_yes, "force_yes", "Also downgrade, and remove essential packages.")
      .parameter(&Pkg::force_conf_new, "force_conf_new", "Replace changed configuration files by the package's.");
}

}  // namespace

Function pkg_latest() {
  Resource<Pkg> pkg = package_resource(latest_schema());
  pkg.prepare = prepare_latest;
  pkg.apply = apply_latest;
  Wording<Pkg> words{.correct = correct_latest, .changes = package_changes};
  words.planned = [](const Change<Pkg>& change) {
    const auto moved = moved_names(change);
    return "The following packages would be installed/upgraded: " + join(moved, ", ") +
           up_to_date_note(change, moved, "are");
  };
  words.done = [](const Change<Pkg>& change) {
    const auto moved = moved_names(change);
    return "The following packages were successfully installed/upgraded: " + join(moved, ", ") +
           up_to_date_note(change, moved, "were");
  };
  return pkg.ensure("latest", "The packages are installed in the newest version apt knows.",
                    {{"name", "web"}, {"pkgs", List{"nginx", "rsync"}}}, as_given<Pkg>, words);
}

Function pkg_uptodate() {
  Resource<Pkg> pkg = package_resource(uptodate_schema());
  pkg.prepare = prepare_uptodate;
  pkg.apply = apply_uptodate;
  Wording<Pkg> words;
  words.planned = [](const Change<Pkg>&) -> std::string { return "System update will be performed"; };
  words.done = [](const Change<Pkg>&) -> std::string { return "Upgrade ran successfully"; };
  words.changes = package_changes;
  return pkg.ensure("uptodate", "Every package that apt can upgrade is upgraded.", {{"name", "system"}},
                    as_given<Pkg>, words);
}

}  // namespace halite::states
