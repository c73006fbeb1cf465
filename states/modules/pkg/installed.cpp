// pkg.installed: packages in the versions asked for, from apt's repositories or from files.
#include <algorithm>

#include "common/base/strings.h"
#include "states/modules/pkg/pkg.h"
#include "states/providers/directories.h"
#include "states/providers/sources.h"

namespace halite::states {
namespace {

Schema<Pkg> schema() {
  return installing()
      .parameter(&Pkg::sources, "sources", "Packages from files: a list of maps from name to salt:// address or path.")
      .parameter(&Pkg::hold, "hold", "Keep apt from changing them, or let it.")
      .parameter(&Pkg::reinstall, "reinstall", "Install again what is installed.")
      .parameter(&Pkg::update_holds, "update_holds", "Kept for Salt's trees; a held package is changed and held again.")
      .parameter(&Pkg::allow_updates, "allow_updates",
                 "A newer version than the one asked for will do when it is installed.")
      .parameter(&Pkg::pkg_verify, "pkg_verify", "Not for Debian's packages: an error.")
      .parameter(&Pkg::skip_suggestions, "skip_suggestions", "Kept for Salt's trees; nothing is suggested.");
}

// The file of a source on this host; one of the tree is put into the minion's cache.
std::string local_file(const std::string& name, const std::string& source, World& world) {
  if (source.starts_with('/')) {
    if (!world.host.status_of_target(source)) throw Error(ErrorKind::not_found, "{} does not exist on minion", source);
    return source;
  }
  const Source found = during([&] { return read_source({.sources = {source}}, world); }, "caching {}", source);
  const std::string directory = world.cache_directory + "/packages";
  make_directories(world.host, directory);
  const std::string path = directory + "/" + name + ".deb";
  // apt takes the file as the user _apt.
  if (world.host.read_file_if_exists(path) != found.content) world.host.replace_file(path, found.content, {.mode = 0644});
  return path;
}

void collect_sources(Pkg& asked, World& world) {
  if (!asked.pkgs.is_null()) throw Error(ErrorKind::invalid, "Only one of \"pkgs\" and \"sources\" is permitted.");
  asked.versions.emplace();
  for (const Value& item : asked.sources.as_list("'sources'")) {
    const Map* map = item.if_map();
    if (!map || map->size() != 1) throw Error(ErrorKind::invalid, "Invalidly formatted 'sources' parameter: it is a list of maps from a name to a file");
    const std::string name = checked_package(python_text(map->begin()->key));
    const std::string source = python_text(map->begin()->value);
    // A dry run brings nothing here: what is installed under the name is taken as right.
    if (world.dry_run && !source.starts_with('/')) {
      (*asked.versions)[name] = any_version;
      asked.files[name] = source;
      continue;
    }
    asked.files[name] = local_file(name, source, world);
    (*asked.versions)[name] = trim(world.host.run({"dpkg-deb", "-f", asked.files[name], "Version"}));
  }
}

// "latest" is what apt would install now, or what is there when apt has none.
void resolve_latest(Pkg& asked, World& world) {
  std::vector<std::string> latest;
  for (const auto& [name, version] : *asked.versions)
    if (version == "latest") latest.push_back(name);
  if (latest.empty()) return;
  if (!world.dry_run) refresh_lists(asked, world, true);
  const auto available = world.packages().available(latest, asked.fromrepo);
  for (const auto& name : latest) {
    const auto found = available.find(name);
    const bool is_known = found != available.end() && !found->second.candidate.empty();
    (*asked.versions)[name] = is_known ? found->second.candidate : any_version;
  }
}

std::vector<std::string> unmet(const Pkg& asked, const PackageMap& packages) {
  std::vector<std::string> names;
  for (const auto& [name, wanted] : *asked.versions)
    if (!satisfies(asked, wanted, package_in(packages, name))) names.push_back(name);
  return names;
}

// What apt-get is told for each package: name, name=version, or a file.
class InstallPlan {
 public:
  InstallPlan(const Pkg& want, World& world) : want_(want), packages_(*world.packages().all()) {
    resolve_comparisons(world);
    for (const auto& [name, wanted] : *want.versions) add(name, wanted);
  }

  Argv newer, older, again;

 private:
  // Conditions are met by the newest version that apt has.
  void resolve_comparisons(World& world) {
    std::vector<std::string> compared;
    for (const auto& [name, wanted] : *want_.versions)
      if (is_comparison(wanted) && !satisfies(want_, wanted, package_in(packages_, name))) compared.push_back(name);
    const auto available = world.packages().available(compared, want_.fromrepo);
    for (const auto& name : compared) {
      const std::string& wanted = want_.versions->at(name);
      const auto found = available.find(name);
      const auto versions = found == available.end() ? std::vector<std::string>() : found->second.versions;
      for (const auto& version : versions)
        if (std::string& best = chosen_[name];
            fulfills(version, wanted, rules_of(want_)) && (best.empty() || compare_versions(version, best) > 0))
          best = version;
      if (chosen_[name].empty())
        throw Error(ErrorKind::not_found, "No version matching '{}{}' could be found (available: {})", name, wanted,
                    versions.empty() ? "None" : join(versions, ", "));
    }
  }

  void add(const std::string& name, const std::string& wanted) {
    const Package package = package_in(packages_, name);
    const bool is_met = satisfies(want_, wanted, package);
    if (is_met && (!want_.reinstall || package.version.empty())) return;
    const auto file = want_.files.find(name);
    const auto choice = chosen_.find(name);
    std::string version = choice != chosen_.end() ? choice->second : wanted;
    while (version.starts_with('=')) version.erase(0, 1);
    const bool is_plain = wanted == any_version || (is_met && is_comparison(wanted));
    const std::string word = file != want_.files.end() ? file->second : is_plain ? name : name + "=" + version;
    if (is_met) return again.push_back(word);
    const bool is_older = !is_plain && !package.version.empty() && version.find('*') == std::string::npos &&
                          compare_versions(version, package.version) < 0;
    (is_older ? older : newer).push_back(word);
  }

  const Pkg& want_;
  const PackageMap packages_;
  std::map<std::string, std::string> chosen_;
};

Argv with(Argv words, const Argv& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// apt-get's words for the steps of a plan that are not empty.
std::vector<Argv> steps_of(const InstallPlan& plan, const Pkg& want) {
  std::vector<Argv> steps;
  const Argv words = install_words(want);
  if (!plan.newer.empty()) steps.push_back(with(words, plan.newer));
  if (!plan.older.empty()) steps.push_back(with(with(words, {"--allow-downgrades"}), plan.older));
  if (!plan.again.empty()) steps.push_back(with(with(words, {"--reinstall"}), plan.again));
  return steps;
}

void simulate(Pkg& asked, World& world) {
  Moves all;
  for (const Argv& step : steps_of(InstallPlan(asked, world), asked)) {
    Argv words = step;
    words.insert(words.begin() + 1, "--allow-change-held-packages");
    const auto moves = world.packages().simulate(words);
    if (!moves) return;
    all.insert(moves->begin(), moves->end());
  }
  asked.simulated = std::make_shared<const Moves>(std::move(all));
}

std::optional<Outcome> prepare(Pkg& asked, World& world) {
  if (has_no_packages(asked)) return unchanged("No packages to install provided");
  if (!asked.pkg_verify.is_null() && asked.pkg_verify != Value(false))
    throw Error(ErrorKind::invalid, "pkg_verify is for RPM packages; Debian's have no such check, so leave it out");
  asked.sources.is_null() ? collect_packages(asked, world) : collect_sources(asked, world);
  resolve_latest(asked, world);
  asked.kept = true;
  if (asked.reinstall) {
    asked.reinstalled = true;
    asked.is_reinstalled = std::make_shared<bool>(unmet(asked, *world.packages().all()).size() == asked.versions->size());
  }
  if (asked.hold) {
    asked.holds.emplace();
    for (const auto& [name, version] : *asked.versions) (*asked.holds)[name] = asked.hold->value;
  }
  if (!world.dry_run) return std::nullopt;
  const bool is_right = unmet(asked, *world.packages().all()).empty() && !asked.reinstall;
  if (!is_right && !world.plan.has("repository", "any")) simulate(asked, world);
  return std::nullopt;
}

void answer_debconf(const Pkg& want, World& world) {
  if (want.debconf.empty()) return;
  Command command;
  command.argv = {"debconf-set-selections"};
  command.input = read_source({.sources = {want.debconf}}, world).content;
  if (const CommandResult result = world.host.execute(command); result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "debconf-set-selections refused {}: {}", want.debconf, trim(result.error));
}

// A held package is let go for the change, and held again whatever comes of it.
void install(const Pkg& want, World& world) {
  if (want.files.empty()) refresh_lists(want, world, true);
  answer_debconf(want, world);
  const auto steps = steps_of(InstallPlan(want, world), want);
  std::vector<std::string> held;
  for (const auto& [name, version] : *want.versions)
    if (package_in(*world.packages().all(), name).is_held) held.push_back(name);
  world.packages().hold(held, false);
  std::optional<Error> problem;
  for (const Argv& step : steps) {
    try {
      world.packages().apt_get(step, apt_options(want));
    } catch (const Error& error) {
      if (!problem) problem = error;
    }
  }
  world.packages().hold(held, true);
  if (problem) throw Error(*problem);
}

void keep(const Pkg& want, World& world) {
  std::string selections;
  for (const auto& [name, version] : *want.versions)
    if (package_in(*world.packages().all(), name).is_to_be_purged) selections += name + " install\n";
  if (selections.empty()) return;
  Command command;
  command.argv = {"dpkg", "--set-selections"};
  command.input = selections;
  if (const CommandResult result = world.host.execute(command); result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "dpkg --set-selections refused: {}", trim(result.error));
  world.packages().forget();
}

void apply(const std::optional<Pkg>& now, const std::optional<Pkg>& want, World& world) {
  if (now->kept == false) keep(*want, world);
  if (now->versions != want->versions || now->reinstalled == false) install(*want, world);
  if (want->is_reinstalled) *want->is_reinstalled = true;
  if (!want->holds) return;
  const auto packages = world.packages().all();
  std::vector<std::string> names;
  for (const auto& [name, held] : *want->holds)
    if (package_in(*packages, name).is_held != held) names.push_back(name);
  world.packages().hold(names, want->hold->value);
}

std::string desired(const Pkg& asked, const std::string& name) {
  const std::string& version = asked.versions->at(name);
  if (version == any_version || !asked.files.empty()) return name;
  const bool has_comparison = !version.empty() && std::string_view("<>=").find(version[0]) != std::string_view::npos;
  return name + (has_comparison ? "" : "=") + version;
}

std::string desired_list(const Pkg& asked, const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (const auto& name : names) shown.push_back(desired(asked, name));
  return join(shown, ", ");
}

std::vector<std::string> unmoved(const Change<Pkg>& change, const std::vector<std::string>& moved) {
  std::vector<std::string> names;
  for (const auto& [name, version] : *change.asked.versions)
    if (std::find(moved.begin(), moved.end(), name) == moved.end()) names.push_back(name);
  return names;
}

void add_hold_comments(const Change<Pkg>& change, bool is_planned, std::vector<std::string>& lines) {
  if (!change.asked.holds) return;
  const bool held = change.asked.hold->value;
  for (const auto& [name, is_held] : *change.before->holds) {
    if (is_held == held)
      lines.push_back(fmt::format("Package {} is already set {}to be held.", name, held ? "" : "not "));
    else if (is_planned)
      lines.push_back(fmt::format("Package {} is set {}to be held.", name, held ? "" : "not "));
    else
      lines.push_back(fmt::format("Package {} is {} being held.", name, held ? "now" : "no longer"));
  }
}

std::string planned(const Change<Pkg>& change) {
  std::vector<std::string> lines;
  const auto moved = moved_names(change);
  if (!moved.empty()) lines.push_back("The following packages would be installed/updated: " + join(moved, ", "));
  if (change.before->kept == false)
    lines.push_back(
        "The following packages would have their selection status changed from 'purge' to 'install': " +
        join(names_of(*change.asked.versions), ", "));
  if (change.asked.is_reinstalled && change.before->reinstalled == false)
    if (const auto again = unmoved(change, moved); !again.empty())
      lines.push_back("The following packages would be reinstalled: " + desired_list(change.asked, again));
  add_hold_comments(change, true, lines);
  return join(lines, "\n");
}

std::string plural(std::size_t count) {
  return count > 1 ? "s were" : " was";
}

std::string done(const Change<Pkg>& change) {
  constexpr std::size_t short_list = 20;
  std::vector<std::string> lines;
  const auto moved = moved_names(change);
  const std::string names = desired_list(change.asked, moved);
  if (!moved.empty())
    lines.push_back(names.size() < short_list
                        ? "The following packages were installed/updated: " + names
                        : fmt::format("{} targeted package{} installed/updated.", moved.size(), plural(moved.size())));
  const auto left = unmoved(change, moved);
  if (change.asked.is_reinstalled && change.before->reinstalled == false) {
    for (const auto& name : left)
      lines.push_back(fmt::format("Package {} was reinstalled.", desired(change.asked, name)));
  } else if (!left.empty()) {
    lines.push_back(left.size() <= short_list
                        ? "The following packages were already installed: " + desired_list(change.asked, left)
                        : fmt::format("{} targeted package{} already installed", left.size(), plural(left.size())));
  }
  add_hold_comments(change, false, lines);
  return join(lines, "\n");
}

std::string correct(const Pkg& asked) {
  std::string text = "All specified packages are already installed";
  for (const auto& [name, version] : *asked.versions)
    if (version != any_version && asked.files.empty()) {
      text += " and are at the desired version";
      break;
    }
  if (asked.holds)
    for (const auto& [name, held] : *asked.holds)
      text += fmt::format(".\nPackage {} is already set {}to be held.", name, held ? "" : "not ");
  return text;
}

}  // namespace

Function pkg_installed() {
  Resource<Pkg> pkg = package_resource(schema());
  pkg.prepare = prepare;
  pkg.apply = apply;
  return pkg.ensure("installed", "The packages are installed.", {{"name", "web"}, {"pkgs", List{"nginx", "rsync"}}},
                    as_given<Pkg>, {correct, planned, done, package_changes});
}

}  // namespace halite::states
