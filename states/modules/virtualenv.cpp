// virtualenv.managed: a virtual environment of Python, with packages in it.
#include <algorithm>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules.h"
#include "states/modules/pip/functions.h"
#include "states/providers/python_version.h"
#include "states/providers/shell.h"
#include "states/providers/virtual_environment.h"

namespace halite::states {
namespace {

struct Done {
  bool is_tried = false, is_done = false;  // packages were installed, and what was to be cleared is
  Map changes;
};

struct Venv : PipInstall, VirtualEnvironment {
  std::string user, cwd;
  TextList requirements_asked, pip_pkgs;
  Value env_vars;

  std::optional<bool> is_cleared;
  std::optional<std::vector<std::string>> missing;  // packages, by what was asked
  std::shared_ptr<Done> done;

  bool has_packages() const { return !requirements.empty() || !packages.empty(); }
  PipAccess access() const { return {.bin_env = name, .user = user, .cwd = cwd, .env_vars = env_vars}; }
  std::string interpreter() const { return name + "/bin/python"; }
};

template <class Base, class M>
M Venv::*member(M Base::*inherited) {
  return static_cast<M Venv::*>(inherited);
}

Schema<Venv> schema() {
  using I = PipInstall;
  using V = VirtualEnvironment;
  return Schema<Venv>()
      .key(member(&V::name), "name", "Directory of the environment: an absolute path.")
      .parameter(member(&V::venv_bin), "venv_bin",
                 "What makes it: virtualenv, venv (Python's own), or a path. Unset: the option venv_bin, or virtualenv where "
                 "that is installed, else venv.")
      .parameter(&Venv::requirements_asked, "requirements", "Files of requirements to install: paths or salt:// files.")
      .parameter(member(&V::system_site_packages), "system_site_packages", "The system's packages are seen too.")
      .parameter(member(&V::clear), "clear", "Make it anew each time.")
      .parameter(member(&V::python), "python", "Python to use: a name or a path.")
      .parameter(member(&V::extra_search_dir), "extra_search_dir", "Directories with the packages that virtualenv itself installs.")
      .parameter(member(&V::never_download), "never_download", "virtualenv downloads nothing.")
      .parameter(member(&V::prompt), "prompt", "Prompt of a shell in which it is activated.")
      .parameter(member(&V::symlinks), "symlinks", "venv links to Python instead of a copy.")
      .parameter(member(&V::upgrade_python), "upgrade", "venv takes over a newer Python of the system.")
      .parameter(&Venv::user, "user", "User who makes it and owns it.")
      .parameter(&Venv::cwd, "cwd", "Directory to run pip in. Unset: that of the first requirements file, when it is relative.")
      .parameter(member(&I::index_url), "index_url", "The index of packages.")
      .parameter(member(&I::extra_index_url), "extra_index_url", "A further index.")
      .parameter(member(&I::pre_releases), "pre_releases", "Take pre-releases too.")
      .parameter(member(&I::no_deps), "no_deps", "Without what the packages depend on.")
      .parameter(member(&I::exists_action), "pip_exists_action", "What to do when a path exists: s, i, w or b.")
      .parameter(member(&I::ignore_installed), "pip_ignore_installed", "Install over what is there each time.")
      .parameter(member(&I::proxy), "proxy", "Proxy to reach the index by.")
      .parameter(&Venv::env_vars, "env_vars", "Environment for pip: a map.")
      .parameter(member(&I::upgrade), "pip_upgrade", "Have the newest versions that are allowed.")
      .parameter(&Venv::pip_pkgs, "pip_pkgs", "Packages to install.")
      .parameter(member(&I::no_cache_dir), "pip_no_cache_dir", "pip uses no cache.")
      .parameter(member(&I::cache_dir), "pip_cache_dir", "Directory of pip's cache.")
      .parameter(member(&I::no_binary), "no_binary", "Packages to build from source; :all: for every one.");
}

bool is_there(const Venv& asked, World& world) { return world.host.status_of_target(asked.interpreter()).has_value(); }

std::optional<Outcome> prepare(Venv& asked, World&) {
  while (asked.name.size() > 1 && asked.name.ends_with('/')) asked.name.pop_back();
  if (!asked.name.starts_with('/')) throw Error(ErrorKind::invalid, "'{}' is not an absolute path", asked.name);
  asked.done = std::make_shared<Done>();
  asked.requirements = comma_list(asked.requirements_asked);
  asked.packages = asked.pip_pkgs.items.size() == 1 ? comma_list(asked.pip_pkgs) : asked.pip_pkgs.items;
  if (asked.clear) asked.is_cleared = true;
  if (asked.has_packages()) asked.missing.emplace();
  return std::nullopt;
}

std::vector<std::string> asked_packages(const Venv& asked) {
  std::vector<std::string> all = asked.requirements;
  all.insert(all.end(), asked.packages.begin(), asked.packages.end());
  return all;
}

std::optional<Venv> read(const Venv& asked, World& world) {
  if (!is_there(asked, world)) return std::nullopt;
  Venv found;
  found.is_cleared = asked.done->is_done;
  found.missing.emplace();
  if (asked.has_packages() && !asked.done->is_done) {
    // What failed a moment ago is not asked about again.
    const auto would = asked.done->is_tried ? std::nullopt : Pip(asked.access(), world).would_install(asked);
    if (!would) found.missing = asked_packages(asked);
    else
      for (const auto& [key, package] : *would) found.missing->push_back(package.name + "==" + package.version);
  }
  return found;
}

CommandResult run(const Argv& argv, const Venv& want, World& world) {
  ShellOptions options;
  options.run_as = want.user;
  return world.host.execute(program_command(argv, options, world));
}

std::string python_version(const Venv& want, World& world) {
  const CommandResult result = run({want.interpreter(), "-V"}, want, world);
  return std::string(trim(result.output + result.error));
}

std::set<std::string> frozen(const Pip& pip) {
  std::set<std::string> lines;
  for (const auto& [key, package] : pip.list()) lines.insert(package.name + "==" + package.version);
  return lines;
}

void make(const Venv& want, bool is_new, World& world) {
  if (!is_new && !want.clear) return;
  Map& changes = want.done->changes;
  if (!is_new) {
    const auto lines = frozen(Pip(want.access(), world));
    changes.set("cleared_packages", std::vector<std::string>(lines.begin(), lines.end()));
    changes.set("old", python_version(want, world));
  }
  const CommandResult result = run(creation_of(want, world), want, world);
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "{}{}", result.output, trim(result.error));
  changes.set("new", python_version(want, world));
}

Value list_or_empty(const std::set<std::string>& these, const std::set<std::string>& those) {
  std::vector<std::string> only;
  std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(only));
  return only.empty() ? Value("") : Value(only);
}

void install_packages(const Venv& want, World& world) {
  PipAccess access = want.access();
  if (!want.requirements.empty() && access.cwd.empty() && want.requirements[0].starts_with('/'))
    access.cwd = want.requirements[0].substr(0, std::max<std::size_t>(want.requirements[0].rfind('/'), 1));
  const Pip pip(access, world);
  const auto before = frozen(pip);
  const CommandResult result = pip.install(want);
  const auto after = frozen(pip);
  if (before != after)
    want.done->changes.set("packages", Map{{"new", list_or_empty(after, before)}, {"old", list_or_empty(before, after)}});
  if (result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "{}\n{}\n{}", want.done->changes.contains("new") ? "Created new virtualenv" : "virtualenv exists",
                trim(result.output), trim(result.error));
}

void apply(const std::optional<Venv>& now, const std::optional<Venv>& want, World& world) {
  want->done->is_tried = true;
  make(*want, !now, world);
  if (want->has_packages()) install_packages(*want, world);
  want->done->is_done = true;
}

Map changes(const Change<Venv>& change) {
  const Venv& asked = change.asked;
  if (asked.done->is_done || !asked.done->changes.empty()) return asked.done->changes;
  Map planned;
  if (change.creates() || asked.clear) planned.set("new", asked.python.empty() ? "python3" : asked.python);
  const auto& missing = change.creates() || asked.clear ? asked_packages(asked) : *change.before->missing;
  if (!missing.empty()) planned.set("packages", Map{{"new", missing}, {"old", ""}});
  return planned;
}

Wording<Venv> words() {
  Wording<Venv> words;
  words.correct = [](const Venv&) -> std::string { return "virtualenv exists"; };
  words.planned = [](const Change<Venv>& change) {
    if (change.creates()) return fmt::format("Virtualenv {} is set to be created", change.asked.name);
    if (change.asked.clear) return fmt::format("Virtualenv {} is set to be cleared", change.asked.name);
    return fmt::format("Virtualenv {} is already created; packages are set to be installed: {}", change.asked.name,
                       join(*change.before->missing, ", "));
  };
  words.done = [](const Change<Venv>& change) -> std::string {
    if (change.asked.clear) return "Cleared existing virtualenv";
    return change.creates() ? "Created new virtualenv" : "virtualenv exists";
  };
  words.changes = changes;
  return words;
}

}  // namespace

Module virtualenv() {
  Resource<Venv> venv{.name = "virtualenv", .schema = schema(), .read = read, .apply = apply};
  venv.derived = Schema<Venv>()
                     .property(&Venv::is_cleared, "is cleared", "It was made anew.")
                     .property(&Venv::missing, "missing", "Packages that are not installed as they should be.");
  venv.prepare = prepare;
  venv.provides = [](const Venv& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"directory", asked.name}};
  };
  venv.ignored = {{"virtualenv_bin", "use venv_bin"},
                  {"distribute", "virtualenv does not know it since 1.10"},
                  {"use_wheel", "pip always uses wheels since 10"},
                  {"no_use_wheel", "use no_binary"},
                  {"pip_download", "use `pip download` with cmd.run"},
                  {"pip_download_cache", "use pip_cache_dir"},
                  {"process_dependency_links", "pip does not know it since 19"},
                  {"use_vt", "output is collected either way"}};
  return {"virtualenv",
          "Virtual environments of Python.",
          {venv.ensure("managed", "The environment exists, with these packages.",
                       {{"name", "/srv/env"}, {"venv_bin", "venv"}, {"pip_pkgs", List{"boto3==1.26.27"}}}, as_given<Venv>, words()),
           venv.ensure("manage", "Another name of virtualenv.managed.", {{"name", "/srv/env"}}, as_given<Venv>, words())}};
}

}  // namespace halite::states
