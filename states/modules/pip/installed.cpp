// pip.installed: Python packages, from an index, a path, a repository or a file of requirements.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/pip/functions.h"
#include "states/providers/python_version.h"

namespace halite::states {

const std::vector<std::pair<std::string, std::string>> obsolete_pip_arguments{
    {"use_wheel", "pip always uses wheels since 10"},
    {"no_use_wheel", "use no_binary"},
    {"mirrors", "use index_url and extra_index_url"},
    {"build", "pip has a directory of its own since 21.3"},
    {"download", "use `pip download` with cmd.run"},
    {"download_cache", "use cache_dir"},
    {"no_install", "pip does not know it since 7"},
    {"no_download", "pip does not know it since 7"},
    {"allow_all_external", "pip does not know it since 10"},
    {"allow_external", "pip does not know it since 10"},
    {"allow_unverified", "pip does not know it since 10"},
    {"process_dependency_links", "pip does not know it since 19"},
    {"repo", "use a requirement such as git+https://host/repo#egg=name"},
    {"use_vt", "output is collected either way"},
};

namespace {

// What came of it, told by apply.
struct Done {
  bool is_tried = false, is_done = false;
  Map changes;
};

struct Installed : PipAccess, PipInstall {
  std::string name, pip_bin;
  Value pkgs;
  TextList requirements_asked, editable_asked;

  std::vector<PythonRequirement> wanted;
  std::optional<std::vector<std::string>> missing;  // texts of requirements, "requirements", "editable"
  std::vector<std::string> fine;                    // of a look: what is installed already,
  std::map<std::string, std::string> newer;         // and the versions that an upgrade would bring, by requirement
  std::shared_ptr<Done> done;

  bool takes_files() const { return !requirements.empty() || !editable.empty(); }
  // Whether it is installed can't be told by a look at the list of packages.
  bool is_unseen(const PythonRequirement& requirement) const {
    return requirement.name.empty() || requirement.has_marker || force_reinstall || ignore_installed || target;
  }
};

template <class M>
M Installed::*member(M PipInstall::*inherited) {
  return static_cast<M Installed::*>(inherited);
}

Schema<Installed> schema() {
  using I = PipInstall;
  Schema<Installed> schema =
      Schema<Installed>()
          .key(&Installed::name, "name", "The package, such as boto3==1.26.27; also a path or a URL.")
          .parameter(&Installed::pkgs, "pkgs", "Several packages instead of `name`.")
          .parameter(&Installed::pip_bin, "pip_bin", "An older name of bin_env.")
          .parameter(&Installed::requirements_asked, "requirements",
                     "Files of requirements instead of `name`: paths or salt:// files, a list or text with commas.")
          .parameter(&Installed::editable_asked, "editable", "Paths or repositories to install in editable mode instead of `name`.")
          .parameter(member(&I::log), "log", "File for pip's log.")
          .parameter(member(&I::proxy), "proxy", "Proxy to reach the index by.")
          .parameter(member(&I::timeout), "timeout", "Seconds to wait for the index.")
          .parameter(member(&I::find_links), "find_links", "Pages or directories with packages.")
          .parameter(member(&I::index_url), "index_url", "The index of packages.")
          .parameter(member(&I::extra_index_url), "extra_index_url", "A further index.")
          .parameter(member(&I::no_index), "no_index", "Use find_links alone.")
          .parameter(member(&I::target), "target", "Directory to install into.")
          .parameter(member(&I::source), "source", "Directory for checkouts of editable packages.")
          .parameter(member(&I::upgrade), "upgrade", "Have the newest version that is allowed.")
          .parameter(member(&I::force_reinstall), "force_reinstall", "Install anew each time.")
          .parameter(member(&I::ignore_installed), "ignore_installed", "Install over what is there each time.")
          .parameter(member(&I::exists_action), "exists_action", "What to do when a path exists: s(witch), i(gnore), w(ipe), b(ackup).")
          .parameter(member(&I::no_deps), "no_deps", "Without what they depend on.")
          .parameter(member(&I::install_options), "install_options", "Options for setup.py install.")
          .parameter(member(&I::global_options), "global_options", "Options for setup.py.")
          .parameter(member(&I::pre_releases), "pre_releases", "Take pre-releases too.")
          .parameter(member(&I::cert), "cert", "Certificates to trust.")
          .parameter(member(&I::trusted_host), "trusted_host", "Host to trust without a certificate.")
          .parameter(member(&I::no_cache_dir), "no_cache_dir", "Use no cache.")
          .parameter(member(&I::cache_dir), "cache_dir", "Directory of the cache.")
          .parameter(member(&I::no_binary), "no_binary", "Packages to build from source; :all: for every one.")
          .parameter(member(&I::extra_args), "extra_args", "Further arguments of pip install.")
          .parameter(static_cast<Value Installed::*>(&PipAccess::env_vars), "env_vars", "Environment for pip: a map.");
  return with_pip_access(std::move(schema));
}

// {"boto3": "==1.2"} in `pkgs` is "boto3 ==1.2".
std::string package_text(const Value& item) {
  if (const Map* map = item.if_map(); map && map->size() == 1)
    return python_text(map->begin()->key) + " " + python_text(map->begin()->value);
  return python_text(item);
}

std::vector<std::string> packages_of(const Installed& asked) {
  if (asked.pkgs.is_null()) return {asked.name};
  if (!asked.pkgs.is_list()) throw Error(ErrorKind::invalid, "pkgs argument must be formatted as a list");
  std::vector<std::string> texts;
  for (const Value& item : asked.pkgs.as_list()) texts.push_back(package_text(item));
  return texts;
}

// The environment that an earlier state of this dry run would make: nothing is installed in it.
bool is_planned(const Installed& asked, World& world) {
  return world.dry_run && !asked.bin_env.empty() && world.plan.has("directory", asked.bin_env) &&
         !world.host.status_of_target(asked.bin_env + "/bin");
}

std::optional<Outcome> prepare(Installed& asked, World& world) {
  asked.done = std::make_shared<Done>();
  if (asked.bin_env.empty()) asked.bin_env = asked.pip_bin;
  asked.requirements = comma_list(asked.requirements_asked);
  asked.editable = comma_list(asked.editable_asked);
  if (!asked.takes_files())
    for (const auto& text : packages_of(asked)) asked.wanted.push_back(parse_python_requirement(text));
  if (!is_planned(asked, world)) {
    try {
      Pip(asked, world);
    } catch (const Error& error) {
      throw Error(error.kind(), "Error installing '{}': {}", asked.name, error.message());
    }
  }
  asked.missing.emplace();
  return std::nullopt;
}

// Packages that a newer version would come for; which, is empty where pip can't say.
std::map<std::string, std::string> upgradable(const Installed& asked, const std::vector<PythonRequirement>& fine, const Pip& pip) {
  PipInstall install = asked;
  std::map<std::string, std::string> newer;
  for (const auto& requirement : fine) install.packages.push_back(requirement.text);
  if (fine.empty()) return newer;
  const auto would = pip.would_install(install);
  for (const auto& requirement : fine) {
    if (!would) {
      newer[requirement.text] = "";
    } else if (const auto known = would->find(python_package_key(requirement.name)); known != would->end()) {
      newer[requirement.text] = known->second.version;
    }
  }
  return newer;
}

std::optional<Installed> read(const Installed& asked, World& world) {
  Installed found;
  found.missing.emplace();
  if (asked.takes_files()) {
    if (asked.done->is_done) return found;
    if (!asked.requirements.empty() && !is_planned(asked, world)) {
      PipInstall install = asked;
      install.editable.clear();
      // What failed a moment ago is not asked about again.
      const auto would = asked.done->is_tried ? std::nullopt : Pip(asked, world).would_install(install);
      if (!would || !would->empty()) found.missing->push_back("requirements");
    } else if (!asked.requirements.empty()) {
      found.missing->push_back("requirements");
    }
    if (!asked.editable.empty()) found.missing->push_back("editable");
    return found;
  }
  const auto packages = is_planned(asked, world) ? std::map<std::string, PythonPackage>() : Pip(asked, world).list();
  std::vector<PythonRequirement> fine;
  for (const auto& requirement : asked.wanted) {
    const auto known = packages.find(python_package_key(requirement.name));
    const bool is_fine = asked.is_unseen(requirement) ? asked.done->is_done
                                                      : known != packages.end() && requirement.allows(known->second.version);
    if (!is_fine) found.missing->push_back(requirement.text);
    else fine.push_back(requirement);
  }
  if (asked.upgrade && !asked.done->is_tried && !asked.force_reinstall && !is_planned(asked, world)) {
    found.newer = upgradable(asked, fine, Pip(asked, world));
    std::erase_if(fine, [&](const auto& one) { return found.newer.count(one.text) != 0; });
    for (const auto& [text, version] : found.newer) found.missing->push_back(text);
  }
  for (const auto& requirement : fine) found.fine.push_back(requirement.text);
  return found;
}

bool is_same(const std::map<std::string, PythonPackage>& a, const std::map<std::string, PythonPackage>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.first == other.first && one.second.version == other.second.version;
  });
}

Map changes_made(const Installed& want, const Installed& now, const std::map<std::string, PythonPackage>& before,
                 const std::map<std::string, PythonPackage>& after) {
  Map changes;
  if (want.takes_files()) {
    if (!want.requirements.empty() && !is_same(before, after)) changes.set("requirements", true);
    if (!want.editable.empty()) changes.set("editable", true);
    return changes;
  }
  for (const auto& requirement : want.wanted) {
    if (std::find(now.missing->begin(), now.missing->end(), requirement.text) == now.missing->end()) continue;
    const std::string key = python_package_key(requirement.name);
    const auto known = after.find(key);
    if (requirement.name.empty() || (want.target && known == after.end())) {
      changes.set(requirement.text + "==???", "Installed");
      continue;
    }
    const auto old = before.find(key);
    const bool is_anew = want.force_reinstall || want.ignore_installed || want.target;
    if (known != after.end() && (is_anew || old == before.end() || old->second.version != known->second.version))
      changes.set(requirement.name + "==" + known->second.version, "Installed");
  }
  return changes;
}

std::string failure_text(const Installed& want, const CommandResult& result) {
  const std::string error = fmt::format("Error: {} {}", trim(result.output), trim(result.error));
  if (!want.takes_files()) return fmt::format("Failed to install packages: {}. {}", join(want.packages, ", "), error);
  std::vector<std::string> parts;
  if (!want.requirements.empty()) parts.push_back(fmt::format("Unable to process requirements file \"{}\"", join(want.requirements, ",")));
  if (!want.editable.empty()) parts.push_back(fmt::format("Unable to install from VCS checkout {}.", join(want.editable, ",")));
  parts.push_back(error);
  return join(parts, " ");
}

void apply(const std::optional<Installed>& now, const std::optional<Installed>& want, World& world) {
  const Pip pip(*want, world);
  Installed asked = *want;
  if (!asked.takes_files()) asked.packages = *now->missing;
  const auto before = pip.list();
  want->done->is_tried = true;
  const CommandResult result = pip.install(asked);
  const auto after = pip.list();
  want->done->changes = changes_made(asked, *now, before, after);
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "{}", failure_text(asked, result));
  want->done->is_done = true;
}

// Before it is done the version is known when it is pinned, or pip has told it.
std::string planned_key(const std::string& text, const std::map<std::string, std::string>& newer) {
  const PythonRequirement requirement = parse_python_requirement(text);
  if (requirement.name.empty()) return text + "==???";
  if (const auto known = newer.find(text); known != newer.end() && !known->second.empty())
    return requirement.name + "==" + known->second;
  const bool is_pinned = requirement.specs.size() == 1 && requirement.specs[0].first == "==";
  return is_pinned ? requirement.name + "==" + requirement.specs[0].second : text;
}

Map changes(const Change<Installed>& change) {
  const Installed& asked = change.asked;
  if (asked.done->is_done || !asked.done->changes.empty()) return asked.done->changes;
  Map planned;
  for (const auto& text : *change.before->missing) {
    const bool is_files = asked.takes_files();
    planned.set(is_files ? text : planned_key(text, change.before->newer), is_files ? Value(true) : Value("Installed"));
  }
  return planned;
}

std::string already(const std::vector<std::string>& fine) {
  std::string text;
  for (const auto& name : fine) text += fmt::format("Python package {} was already installed\n", name);
  return text;
}

std::string file_words(const Installed& asked, const char* requirements, const char* editable) {
  std::vector<std::string> parts;
  if (!asked.requirements.empty()) parts.push_back(fmt::format(fmt::runtime(requirements), join(asked.requirements, ",")));
  if (!asked.editable.empty()) parts.push_back(fmt::format(fmt::runtime(editable), join(asked.editable, ",")));
  return join(parts, " ");
}

Wording<Installed> words() {
  Wording<Installed> words;
  words.correct = [](const Installed& asked) -> std::string {
    if (asked.takes_files()) return "Requirements were already installed.";
    std::vector<std::string> all;
    for (const auto& requirement : asked.wanted) all.push_back(requirement.text);
    return already(all) + "All specified packages are already installed" + (asked.upgrade ? " and up-to-date" : "");
  };
  words.planned = [](const Change<Installed>& change) {
    const Installed& asked = change.asked;
    if (asked.takes_files())
      return file_words(asked, "Requirements file '{}' will be processed.",
                        "Package will be installed in editable mode (i.e. setuptools \"develop mode\") from {}.");
    if (asked.wanted.size() == 1) return fmt::format("Python package {} is set to be installed", asked.wanted[0].text);
    return "Python package(s) set to be installed:\n" + join(*change.before->missing, "\n");
  };
  words.done = [](const Change<Installed>& change) {
    const Installed& asked = change.asked;
    if (!asked.takes_files()) return already(change.before->fine) + "All packages were successfully installed";
    const bool is_news = asked.done->changes.contains("requirements");
    return file_words(asked, is_news ? "Successfully processed requirements file {}." : "Requirements were already installed.",
                      "Package successfully installed from VCS checkout {}.");
  };
  words.changes = changes;
  return words;
}

}  // namespace

Function pip_installed() {
  Resource<Installed> installed{.name = "pip", .schema = schema(), .read = read, .apply = apply};
  installed.derived = Schema<Installed>().property(&Installed::missing, "missing", "What is not installed as it should be.");
  installed.prepare = prepare;
  installed.ignored = obsolete_pip_arguments;
  return installed.ensure("installed", "Python packages are installed.",
                          {{"name", "boto3==1.26.27"}, {"bin_env", "/srv/venv"}}, as_given<Installed>, words());
}

}  // namespace halite::states
