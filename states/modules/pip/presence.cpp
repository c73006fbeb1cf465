// pip.removed and pip.uptodate.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/pip/functions.h"
#include "states/providers/python_version.h"

namespace halite::states {
namespace {

struct Removed : PipAccess {
  std::string name;
  std::optional<std::string> log, proxy;
  std::optional<Number> timeout;
  TextList requirements;
};

Schema<Removed> removed_schema() {
  return with_pip_access(Schema<Removed>()
                             .key(&Removed::name, "name", "The package to remove.")
                             .parameter(&Removed::requirements, "requirements", "Files whose packages are removed too.")
                             .parameter(&Removed::log, "log", "File for pip's log.")
                             .parameter(&Removed::proxy, "proxy", "Proxy to reach the index by.")
                             .parameter(&Removed::timeout, "timeout", "Seconds to wait for the index."));
}

std::optional<Removed> read_removed(const Removed& asked, World& world) {
  try {
    if (!Pip(asked, world).list().count(python_package_key(asked.name))) return std::nullopt;
  } catch (const Error& error) {
    throw Error(error.kind(), "Error uninstalling '{}': {}", asked.name, error.message());
  }
  return asked;
}

void remove(const std::optional<Removed>& now, const std::optional<Removed>&, World& world) {
  Argv words{"uninstall", "-y"};
  for (const auto& file : comma_list(now->requirements)) words.insert(words.end(), {"--requirement", file});
  if (now->log) words.insert(words.end(), {"--log", *now->log});
  if (now->proxy) words.insert(words.end(), {"--proxy", *now->proxy});
  if (now->timeout) words.insert(words.end(), {"--timeout", std::to_string(now->timeout->value)});
  words.insert(words.end(), {"--", now->name});
  require_pip(Pip(*now, world).run(words), "removing " + now->name);
}

struct Uptodate : PipAccess {
  std::string name;
  std::optional<std::map<std::string, std::string>> outdated;  // with the versions they would have
  std::map<std::string, PythonPackage> packages;               // of a look
};

std::optional<Uptodate> read_uptodate(const Uptodate& asked, World& world) {
  const Pip pip(asked, world);
  Uptodate found;
  found.outdated = pip.outdated();
  found.packages = pip.list();
  return found;
}

void upgrade(const std::optional<Uptodate>& now, const std::optional<Uptodate>& want, World& world) {
  PipInstall install;
  install.upgrade = true;
  for (const auto& [name, version] : *now->outdated) install.packages.push_back(name);
  require_pip(Pip(*want, world).install(install), "upgrading");
}

std::string version_in(const std::map<std::string, PythonPackage>& packages, const std::string& name) {
  const auto found = packages.find(python_package_key(name));
  return found == packages.end() ? "" : found->second.version;
}

// A plan knows the versions that the index told.
Map upgrades(const Change<Uptodate>& change) {
  Map shown;
  for (const auto& [name, newest] : *change.before->outdated) {
    const std::string made = change.after->packages.empty() ? newest : version_in(change.after->packages, name);
    shown.set(name, Map{{"old", version_in(change.before->packages, name)}, {"new", made}});
  }
  return shown;
}

}  // namespace

Function pip_removed() {
  Resource<Removed> removed{.name = "pip", .schema = removed_schema(), .read = read_removed, .apply = remove};
  removed.ignored = {{"use_vt", "output is collected either way"}};
  Wording<Removed> words;
  words.correct = [](const Removed&) -> std::string { return "Package is not installed."; };
  words.planned = [](const Change<Removed>& change) { return fmt::format("Package {} is set to be removed", change.asked.name); };
  words.done = [](const Change<Removed>&) -> std::string { return "Package was successfully removed."; };
  words.changes = [](const Change<Removed>& change) { return Map{{change.asked.name, "Removed"}}; };
  return removed.ensure("removed", "A Python package is not installed.", {{"name", "boto"}, {"bin_env", "/srv/venv"}},
                        nothing<Removed>, words);
}

Function pip_uptodate() {
  Resource<Uptodate> uptodate{.name = "pip",
                              .schema = with_pip_access(Schema<Uptodate>().key(&Uptodate::name, "name", "A unique text.")),
                              .read = read_uptodate,
                              .apply = upgrade};
  uptodate.derived = Schema<Uptodate>().property(&Uptodate::outdated, "outdated", "Packages with newer versions.");
  uptodate.prepare = [](Uptodate& asked, World&) -> std::optional<Outcome> {
    asked.outdated.emplace();
    return std::nullopt;
  };
  uptodate.ignored = {{"use_vt", "output is collected either way"}};
  Wording<Uptodate> words;
  words.correct = [](const Uptodate&) -> std::string { return "System is already up-to-date."; };
  words.planned = [](const Change<Uptodate>&) -> std::string { return "System update will be performed"; };
  words.done = [](const Change<Uptodate>&) -> std::string { return "Upgrade successful."; };
  words.changes = upgrades;
  return uptodate.ensure("uptodate", "Every Python package is the newest.", {{"name", "newest"}, {"bin_env", "/srv/venv"}},
                         as_given<Uptodate>, words);
}

Module pip() {
  return {"pip", "Python packages, by pip.", {pip_installed(), pip_removed(), pip_uptodate()}};
}

}  // namespace halite::states
