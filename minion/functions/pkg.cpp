// pkg.*: packages of dpkg and apt.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "minion/functions/taking_many.h"
#include "states/arguments.h"
#include "states/providers/apt_sources.h"
#include "states/providers/debian_version.h"
#include "states/providers/packages.h"

namespace halite::minion {
namespace {

using states::Packages;

struct Names {
  states::TextList names;
  std::string fromrepo;
  bool refresh = false, show_installed = false;
};
struct Listing {
  bool versions_as_list = false, removed = false, purge_desired = false;
};
struct Refresh {
  std::optional<states::Number> cache_valid_time;
  bool failhard = false;
};
struct Upgrades {
  bool refresh = true, dist_upgrade = true;
  std::string fromrepo;
};
struct Comparison {
  states::Text pkg1, pkg2;
  bool ignore_epoch = false;
};
struct Path {
  states::TextList paths;
};
struct Repo {
  std::string repo;
};
struct Autoremove {
  bool list_only = false, purge = false;
};

Value one_or_all(const Map& all, const std::vector<std::string>& names) {
  return names.size() == 1 ? all.at(names[0]) : Value(all);
}

Value version(const Names& args, Call& call) {
  const auto packages = Packages(call.tools.host).all();
  Map result;
  for (const auto& name : args.names.items) {
    const auto found = packages->find(name);
    result.set(name, found == packages->end() ? "" : found->second.version);
  }
  return one_or_all(result, args.names.items);
}

// The newest version that apt would install; empty when it is installed already.
Value latest_version(const Names& args, Call& call) {
  Packages packages(call.tools.host);
  if (args.refresh) packages.refresh(true);
  const auto available = packages.available(args.names.items, args.fromrepo);
  const auto installed = packages.all();
  Map result;
  for (const auto& name : args.names.items) {
    const auto found = available.find(name);
    std::string candidate = found == available.end() ? "" : found->second.candidate;
    const auto now = installed->find(name);
    const bool is_there = now != installed->end() && !now->second.version.empty();
    if (is_there && !args.show_installed && states::compare_versions(now->second.version, candidate) >= 0) candidate = "";
    result.set(name, candidate);
  }
  return one_or_all(result, args.names.items);
}

Value upgrade_available(const Names& args, Call& call) {
  const Value version = latest_version(args, call);
  return version.is_string() && !version.if_string()->empty();
}

Value list_pkgs(const Listing& args, Call& call) {
  Map result;
  const auto packages = Packages(call.tools.host).all();
  for (const auto& [name, package] : *packages) {
    if (name.find(':') != std::string::npos) continue;
    std::string version = args.removed ? package.kept_version : package.version;
    if (args.purge_desired && !package.is_to_be_purged) version.clear();
    if (!version.empty()) result.set(name, args.versions_as_list ? Value(List{version}) : Value(version));
  }
  return result;
}

// "Get:1 http://host stable InRelease [10 kB]": true; "Hit": null; "Ign" and "Err": false.
Value refresh_db(const Refresh& args, Call& call) {
  const std::string output = Packages(call.tools.host)
                                 .refresh(true, std::chrono::seconds(args.cache_valid_time ? args.cache_valid_time->value : 0));
  Map result;
  std::vector<std::string> errors;
  for (const auto& line : split_lines(output)) {
    auto words = split_words(line);
    if (words.size() < 2) continue;
    const std::string mark = words[0].substr(0, words[0].find(':'));
    if (words.back().ends_with("B]") && words.size() > 3) words.resize(words.size() - 2);
    const std::string source = join({words.begin() + 1, words.end()}, " ");
    if (mark == "Get") result.set(source, true);
    if (mark == "Hit") result.set(source, Value());
    if (mark == "Ign" || mark == "Err") result.set(source, false);
    if (mark == "Err") errors.push_back(source);
  }
  if (args.failhard && !errors.empty())
    throw Error(ErrorKind::unavailable, "Error getting repos: {}", join(errors, ", "));
  return result;
}

Value list_upgrades(const Upgrades& args, Call& call) {
  Packages packages(call.tools.host);
  if (args.refresh) packages.refresh(true);
  Map result;
  for (const auto& [name, version] : packages.upgrades(args.dist_upgrade, args.fromrepo)) result.set(name, version);
  return result;
}

Value version_cmp(const Comparison& args, Call&) {
  const auto text = [&](const std::string& version) {
    const std::size_t colon = args.ignore_epoch ? version.find(':') : std::string::npos;
    return colon == std::string::npos ? version : version.substr(colon + 1);
  };
  const int order = states::compare_versions(text(args.pkg1.text), text(args.pkg2.text));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

Value owner(const Path& args, Call& call) {
  Map result;
  for (const auto& path : args.paths.items) {
    Command command;
    command.argv = {"dpkg-query", "-S", "--", path};
    const CommandResult found = call.tools.host.execute(command);
    result.set(path, found.exit_code == 0 ? found.output.substr(0, found.output.find(':')) : "");
  }
  return one_or_all(result, args.paths.items);
}

Value file_list(const Names& args, Call& call) {
  Map files;
  List errors;
  for (const auto& name : args.names.items) {
    Command command;
    command.argv = {"dpkg-query", "-L", states::checked_package(name)};
    const CommandResult found = call.tools.host.execute(command);
    if (found.exit_code != 0) errors.push_back(std::string(trim(found.error)));
    for (const auto& line : split_lines(found.exit_code == 0 ? found.output : "")) files.set(line, true);
  }
  return Map{{"errors", errors}, {"files", files.keys()}};
}

struct Selections {
  std::optional<std::string> pattern, state;
};

Value get_selections(const Selections& args, Call& call) {
  List held, installed, removed;
  const auto packages = Packages(call.tools.host).all();
  for (const auto& [name, package] : *packages) {
    if (name.find(':') != std::string::npos || (args.pattern && !glob_match(*args.pattern, name))) continue;
    (package.is_held ? held : package.version.empty() ? removed : installed).push_back(name);
  }
  Map selections;
  for (const auto& [state, packages_in_it] : {std::pair{"hold", held}, {"install", installed}, {"deinstall", removed}})
    if (!args.state || *args.state == state) selections.set(state, packages_in_it);
  return selections;
}

Value autoremove(const Autoremove& args, Call& call) {
  Packages packages(call.tools.host);
  Argv words{"autoremove"};
  if (args.purge) words.push_back("--purge");
  if (args.list_only) {
    std::vector<std::string> names;
    const auto moves = packages.simulate(words).value_or(states::Moves());
    for (const auto& [name, move] : moves) names.push_back(name);
    return names;
  }
  const auto before = packages.all();
  packages.apt_get(words);
  Map changes;
  for (const auto& [name, move] : states::moves_between(*before, *packages.all()))
    changes.set(name, Map{{"old", move.old}, {"new", move.now}});
  return changes;
}

Map shown(const states::AptSources::Found& found) {
  const states::AptSource& source = found.source;
  const std::string arch = source.option("arch");
  return {{"file", found.file},
          {"comps", source.components},
          {"disabled", source.is_disabled},
          {"enabled", !source.is_disabled},
          {"dist", source.dist},
          {"type", source.type},
          {"uri", source.uri},
          {"line", states::apt_source_line(source)},
          {"architectures", arch.empty() ? List{} : Value(split(arch, ','))},
          {"signedby", source.option("signed-by")}};
}

Value list_repos(const None&, Call& call) {
  Map result;
  for (const auto& found : states::AptSources(call.tools.host).all()) {
    const Value* known = result.find(found.source.uri);
    List list = known ? known->as_list() : List();
    list.push_back(shown(found));
    result.set(found.source.uri, std::move(list));
  }
  return result;
}

// With `downloadonly` the packages are fetched and not installed, as pkg.downloaded has it.
Function downloading(Function install) {
  install.fields.push_back({.name = "downloadonly", .doc = "Fetch them, for a later installation.", .type = "boolean", .default_text = "false",
                            .one_of = {}, .deprecated = {}, .aliases = {"download_only"}});
  const Function download = state_backed({"pkg.install", "", "pkg.downloaded", Gives::changes});
  install.run = [run = install.run, fields = install.fields, download](const Arguments& arguments, Call& call) {
    Map named = bind_arguments(arguments, fields, "pkg.install");
    bool downloads = false;
    for (const char* name : {"downloadonly", "download_only"}) {
      if (const Value* asked = named.find(name)) downloads = downloads || Convert<states::Flag>::decode(*asked).value;
      named.erase(name);
    }
    return (downloads ? download.run : run)({{}, named}, call);
  };
  return install;
}

Value get_repo(const Repo& args, Call& call) {
  const auto source = states::parse_apt_source(args.repo);
  if (!source) throw Error(ErrorKind::invalid, "'{}' is no line of sources.list", escape_control(args.repo));
  const auto found = states::AptSources(call.tools.host).find(*source);
  return found.empty() ? Map() : shown(found[0]);
}

}  // namespace

std::vector<Function> pkg_functions() {
  const auto names = Schema<Names>().required(&Names::names, "names", "Package, or a list of them.");
  const auto versions = Schema<Names>(names)
                            .alias("name")
                            .optional(&Names::fromrepo, "fromrepo", "Release to look in.")
                            .optional(&Names::refresh, "refresh", "Fetch the package lists first.")
                            .optional(&Names::show_installed, "show_installed", "Also when it is installed already.");
  const auto paths = Schema<Path>().required(&Path::paths, "paths", "Full path, or a list of them.");
  return {
      downloading(state_backed({"pkg.install", "Installs packages; gives what changed.", "pkg.installed", Gives::changes})),
      state_backed({"pkg.remove", "Removes packages; gives what changed.", "pkg.removed", Gives::changes}),
      state_backed({"pkg.purge", "Removes packages and their configuration files.", "pkg.purged", Gives::changes}),
      state_backed({"pkg.hold", "Keeps apt from changing packages.", "pkg.held", Gives::changes}),
      state_backed({"pkg.unhold", "Lets apt change packages.", "pkg.unheld", Gives::changes}),
      state_backed({"pkg.upgrade", "Upgrades what apt can upgrade.", "pkg.uptodate", Gives::changes}),
      state_backed({.name = "pkg.mod_repo", .doc = "Configures a repository.", .state = "pkgrepo.managed",
                    .gives = Gives::changes, .renames = {{"repo", "name"}}}),
      state_backed({.name = "pkg.del_repo", .doc = "Removes a repository.", .state = "pkgrepo.absent",
                    .gives = Gives::changes, .renames = {{"repo", "name"}}}),
      taking_many(function<Names>("pkg.version", "The installed version; empty when it is not installed.", names, version)),
      taking_many(function<Names>("pkg.latest_version", "The version that an upgrade would bring; empty when there is none.", versions,
                      latest_version)),
      taking_many(function<Names>("pkg.available_version", "The version that an upgrade would bring; empty when there is none.",
                      versions, latest_version)),
      taking_many(function<Names>("pkg.upgrade_available", "Would an upgrade bring another version?", versions, upgrade_available)),
      function<Listing>("pkg.list_pkgs", "Every installed package with its version.",
                        Schema<Listing>()
                            .optional(&Listing::versions_as_list, "versions_as_list", "Each version in a list.")
                            .optional(&Listing::removed, "removed", "Those of which configuration files are left.")
                            .optional(&Listing::purge_desired, "purge_desired", "Those marked to be purged."),
                        list_pkgs),
      function<Refresh>("pkg.refresh_db", "Fetches the package lists.",
                        Schema<Refresh>()
                            .optional(&Refresh::cache_valid_time, "cache_valid_time", "Seconds for which lists are fresh.")
                            .optional(&Refresh::failhard, "failhard", "One repository that fails is an error."),
                        refresh_db),
      function<Upgrades>("pkg.list_upgrades", "What an upgrade would bring.",
                         Schema<Upgrades>()
                             .optional(&Upgrades::refresh, "refresh", "Fetch the package lists first.")
                             .optional(&Upgrades::dist_upgrade, "dist_upgrade", "Also what needs packages to come or go.")
                             .optional(&Upgrades::fromrepo, "fromrepo", "Release to look in."),
                         list_upgrades),
      function<Comparison>("pkg.version_cmp", "-1, 0 or 1: the first version is older, the same, newer.",
                           Schema<Comparison>()
                               .required(&Comparison::pkg1, "pkg1", "A version.")
                               .required(&Comparison::pkg2, "pkg2", "Another version.")
                               .optional(&Comparison::ignore_epoch, "ignore_epoch", "Without the epoch."),
                           version_cmp)
          .light(),
      taking_many(function<Path>("pkg.owner", "The package that a file belongs to.", paths, owner)),
      taking_many(function<Names>("pkg.file_list", "The files of packages.", names, file_list)),
      function<Selections>("pkg.get_selections", "Packages by what dpkg is to do with them.",
                           Schema<Selections>()
                               .optional(&Selections::pattern, "pattern", "Only names that this glob matches.")
                               .optional(&Selections::state, "state", "Only those in this state: hold, install or deinstall."),
                           get_selections),
      function<Autoremove>("pkg.autoremove", "Removes what was installed for others and is not needed any more.",
                           Schema<Autoremove>()
                               .optional(&Autoremove::list_only, "list_only", "Only say what.")
                               .optional(&Autoremove::purge, "purge", "With configuration files."),
                           autoremove),
      function("pkg.list_repos", "The repositories that apt knows.", list_repos),
      function<Repo>("pkg.get_repo", "What is configured for a repository.",
                     Schema<Repo>().required(&Repo::repo, "repo", "Its line."), get_repo),
  };
}

}  // namespace halite::minion
