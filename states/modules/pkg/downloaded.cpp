// pkg.downloaded: packages lie in apt's folder, so that installing them later needs no network.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/pkg/pkg.h"
#include "states/providers/downloaded_packages.h"

namespace halite::states {
namespace {

// The newest that is there of those that will do; empty when none does.
std::string fetched_version(const Pkg& asked, const std::string& wanted, const std::map<std::string, DownloadedPackage>& versions) {
  std::string best;
  for (const auto& [version, package] : versions) {
    Package there;
    there.version = version;
    if (satisfies(asked, wanted, there) && (best.empty() || compare_versions(version, best) > 0)) best = version;
  }
  return best;
}

std::map<std::string, std::string> fetched_now(const Pkg& asked, World& world) {
  std::map<std::string, std::string> fetched;
  const auto all = downloaded_packages(world.host);
  for (const auto& [name, wanted] : *asked.versions) {
    const auto found = all.find(name);
    fetched[name] = found == all.end() ? "" : fetched_version(asked, wanted, found->second);
  }
  return fetched;
}

// The version of each that apt is to fetch, so that a dry run says the same as the run.
std::map<std::string, std::string> versions_to_fetch(const Pkg& asked, const std::vector<std::string>& missing, World& world) {
  const auto available = world.packages().available(missing, asked.fromrepo);
  std::map<std::string, std::string> chosen;
  for (const auto& name : missing) {
    const std::string& wanted = asked.versions->at(name);
    const auto known = available.find(name);
    if (known == available.end() || known->second.candidate.empty()) throw Error(ErrorKind::not_found, "No information found for '{}'.", name);
    const auto& versions = known->second.versions;
    const auto fitting = std::find_if(versions.begin(), versions.end(), [&](const std::string& version) { return fulfills(version, wanted, rules_of(asked)); });
    if (wanted != any_version && fitting == versions.end()) throw Error(ErrorKind::not_found, "apt knows no version {} of {}", wanted, name);
    chosen[name] = wanted == any_version ? known->second.candidate : *fitting;
  }
  return chosen;
}

std::optional<Outcome> prepare(Pkg& asked, World& world) {
  if (has_no_packages(asked)) return unchanged("No packages to download provided");
  collect_packages(asked, world);
  std::vector<std::string> missing;
  for (const auto& [name, version] : fetched_now(asked, world))
    if (version.empty()) missing.push_back(name);
  if (missing.empty()) return std::nullopt;
  if (!world.dry_run) refresh_lists(asked, world, true);
  asked.fetched = versions_to_fetch(asked, missing, world);
  return std::nullopt;
}

std::optional<Pkg> read(const Pkg& asked, World& world) {
  Pkg now;
  now.versions.emplace();
  for (const auto& [name, version] : fetched_now(asked, world)) (*now.versions)[name] = version.empty() ? "" : asked.versions->at(name);
  return now;
}

// What is installed already is fetched too, which apt does for a package that is to be installed again.
void apply(const std::optional<Pkg>&, const std::optional<Pkg>& want, World& world) {
  Argv words = install_words(*want);
  words.insert(words.end(), {"--download-only", "--reinstall"});
  for (const auto& [name, version] : *want->fetched) words.push_back(name + "=" + version);
  world.packages().apt_get(words, apt_options(*want));
}

Schema<Pkg> schema() {
  return named_packages()
      .parameter(&Pkg::refresh, "refresh", "Fetch the package lists first: true or false. Unset: once a run.")
      .parameter(&Pkg::cache_valid_time, "cache_valid_time", "Seconds for which fetched lists are fresh enough.")
      .parameter(&Pkg::fromrepo, "fromrepo", "Release to take the packages from, such as bookworm-backports.")
      .parameter(&Pkg::install_recommends, "install_recommends", "Also fetch what they recommend. Unset: as apt is set up.")
      .parameter(&Pkg::skip_verify, "skip_verify", "Fetch packages that are not signed.")
      .parameter(&Pkg::resolve_capabilities, "resolve_capabilities",
                 "Kept for Salt's trees; apt finds what provides a name itself.");
}

Wording<Pkg> words() {
  Wording<Pkg> words;
  words.correct = [](const Pkg& asked) { return "Packages downloaded: " + join(names_of(*asked.versions), ", "); };
  words.planned = [](const Change<Pkg>& change) { return "The following packages would be downloaded: " + join(moved_names(change), ", "); };
  words.done = [](const Change<Pkg>& change) { return "Packages downloaded: " + join(moved_names(change), ", "); };
  words.changes = [](const Change<Pkg>& change) {
    Map changes;
    for (const auto& name : moved_names(change)) changes.set(name, Map{{"old", ""}, {"new", change.asked.fetched->at(name)}});
    return changes;
  };
  return words;
}

}  // namespace

Function pkg_downloaded() {
  Resource<Pkg> pkg{.name = "pkg", .schema = schema(), .read = read, .apply = apply};
  pkg.derived = Schema<Pkg>().property(&Pkg::versions, "versions", "Which version lies in apt's folder.");
  pkg.prepare = prepare;
  pkg.ignored = other_managers;
  return pkg.ensure("downloaded", "The packages lie in apt's folder, ready to be installed without a network.",
                    {{"name", "web"}, {"pkgs", List{"nginx", "rsync"}}}, as_given<Pkg>, words());
}

}  // namespace halite::states
