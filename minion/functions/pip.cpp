// pip.*: Python packages by pip.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/providers/pip.h"
#include "states/providers/python_version.h"

namespace halite::minion {
namespace {

using states::PythonPackage;

struct Access : states::PipAccess {
  std::string prefix, pkgname, pkg;
};
struct Versions : states::PipAccess {
  std::string pkg;
  bool include_alpha = false, include_beta = false, include_rc = false;
  std::optional<std::string> index_url, extra_index_url;
};
struct Install : states::PipAccess, states::PipInstall {
  states::TextList pkgs, requirements_asked, editable_asked;
};

template <class T>
Schema<T> with_access(Schema<T> schema) {
  return schema
      .optional(static_cast<std::string T::*>(&T::bin_env), "bin_env", "A virtual environment, its Python, or a pip.")
      .optional(static_cast<std::string T::*>(&T::user), "user", "User to run pip as.")
      .optional(static_cast<std::string T::*>(&T::cwd), "cwd", "Directory to run pip in.")
      .optional(static_cast<Value T::*>(&T::env_vars), "env_vars", "Environment for pip: a map.");
}

template <class Args>
states::Pip open(const Args& args, states::World& world) {
  return states::Pip(args, world);
}

Value list(const Access& args, Call& call) {
  states::World world = make_world(call);
  Map found;
  const std::string prefix = states::python_package_key(args.prefix);
  for (const auto& [key, package] : open(args, world).list())
    if (key.starts_with(prefix)) found.set(package.name, package.version);
  return found;
}

Value freeze(const Access& args, Call& call) {
  states::World world = make_world(call);
  const CommandResult result = open(args, world).run({"freeze", "--all"});
  states::require_pip(result, "pip freeze");
  return split_lines(result.output);
}

Value version(const Access& args, Call& call) {
  states::World world = make_world(call);
  return open(args, world).version();
}

Value is_installed(const Access& args, Call& call) {
  states::World world = make_world(call);
  return open(args, world).list().count(states::python_package_key(args.pkgname)) != 0;
}

Value list_upgrades(const Access& args, Call& call) {
  states::World world = make_world(call);
  Map found;
  for (const auto& [name, newest] : open(args, world).outdated()) found.set(name, newest);
  return found;
}

Value upgrade_available(const Access& args, Call& call) {
  states::World world = make_world(call);
  for (const auto& [name, newest] : open(args, world).outdated())
    if (states::python_package_key(name) == states::python_package_key(args.pkg)) return true;
  return false;
}

// The oldest first. pip tells of pre-releases all or none; which of them are wanted is looked at here.
Value list_all_versions(const Versions& args, Call& call) {
  if (args.pkg.empty() || args.pkg[0] == '-') throw Error(ErrorKind::invalid, "'{}' is no name of a package", escape_control(args.pkg));
  states::World world = make_world(call);
  Argv words{"index", "versions", args.pkg};
  if (args.index_url) words.insert(words.end(), {"--index-url", *args.index_url});
  if (args.extra_index_url) words.insert(words.end(), {"--extra-index-url", *args.extra_index_url});
  if (args.include_alpha || args.include_beta || args.include_rc) words.push_back("--pre");
  const CommandResult result = open(args, world).run(words);
  if (result.exit_code != 0) return List{};
  std::vector<std::string> versions;
  for (const auto& line : split_lines(result.output)) {
    const std::string_view text = trim(line);
    if (!text.starts_with("Available versions:")) continue;
    for (const auto& one : split(std::string(text.substr(19)), ',')) {
      const std::string version(trim(one));
      const auto has = [&](const char* letters) { return version.find(letters) != std::string::npos; };
      if (version.empty() || (has("rc") ? !args.include_rc : has("a") ? !args.include_alpha : has("b") && !args.include_beta)) continue;
      versions.push_back(version);
    }
  }
  std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) { return states::compare_python_versions(a, b) < 0; });
  return versions;
}

Map told(const CommandResult& result, Call& call) {
  call.retcode = result.exit_code;
  return {{"pid", std::int64_t{result.pid}},
          {"retcode", result.exit_code},
          {"stdout", std::string(trim_right(result.output))},
          {"stderr", std::string(trim_right(result.error))}};
}

Value install(const Install& args, Call& call) {
  Install asked = args;
  asked.packages = asked.pkgs.items.size() == 1 ? states::comma_list(asked.pkgs) : asked.pkgs.items;
  asked.requirements = states::comma_list(asked.requirements_asked);
  asked.editable = states::comma_list(asked.editable_asked);
  if (asked.packages.empty() && asked.requirements.empty() && asked.editable.empty())
    return Map{{"retcode", 0}, {"stdout", "No packages to install."}};
  states::World world = make_world(call);
  return told(open(asked, world).install(asked), call);
}

Value uninstall(const Install& args, Call& call) {
  states::World world = make_world(call);
  Argv words{"uninstall", "-y"};
  for (const auto& file : states::comma_list(args.requirements_asked)) words.insert(words.end(), {"--requirement", file});
  for (const auto& name : states::comma_list(args.pkgs)) words.push_back(name);
  return told(open(args, world).run(words), call);
}

Value upgrade(const Access& args, Call& call) {
  states::World world = make_world(call);
  const states::Pip pip = open(args, world);
  const auto before = pip.list();
  states::PipInstall install;
  install.upgrade = true;
  for (const auto& [name, newest] : pip.outdated()) install.packages.push_back(name);
  if (install.packages.empty()) return Map{};
  states::require_pip(pip.install(install), "upgrading");
  Map changes;
  for (const auto& [key, package] : pip.list()) {
    const auto old = before.find(key);
    const std::string was = old == before.end() ? "" : old->second.version;
    if (was != package.version) changes.set(package.name, Map{{"old", was}, {"new", package.version}});
  }
  return changes;
}

template <class M>
M Install::*member(M states::PipInstall::*inherited) {
  return static_cast<M Install::*>(inherited);
}

Schema<Install> install_schema() {
  using I = states::PipInstall;
  return with_access(Schema<Install>()
                         .optional(&Install::pkgs, "pkgs", "Packages: a list, or text with commas.")
                         .optional(&Install::requirements_asked, "requirements", "Files of requirements."))
      .optional(&Install::editable_asked, "editable", "Paths or repositories to install in editable mode.")
      .optional(member(&I::upgrade), "upgrade", "Have the newest versions that are allowed.")
      .optional(member(&I::index_url), "index_url", "The index of packages.")
      .optional(member(&I::extra_index_url), "extra_index_url", "A further index.")
      .optional(member(&I::no_index), "no_index", "Use find_links alone.")
      .optional(member(&I::find_links), "find_links", "Pages or directories with packages.")
      .optional(member(&I::force_reinstall), "force_reinstall", "Install anew.")
      .optional(member(&I::ignore_installed), "ignore_installed", "Install over what is there.")
      .optional(member(&I::no_deps), "no_deps", "Without what they depend on.")
      .optional(member(&I::pre_releases), "pre_releases", "Take pre-releases too.")
      .optional(member(&I::target), "target", "Directory to install into.")
      .optional(member(&I::proxy), "proxy", "Proxy to reach the index by.")
      .optional(member(&I::timeout), "timeout", "Seconds to wait for the index.")
      .optional(member(&I::cert), "cert", "Certificates to trust.")
      .optional(member(&I::trusted_host), "trusted_host", "Host to trust without a certificate.")
      .optional(member(&I::no_cache_dir), "no_cache_dir", "Use no cache.")
      .optional(member(&I::cache_dir), "cache_dir", "Directory of the cache.")
      .optional(member(&I::no_binary), "no_binary", "Packages to build from source.")
      .optional(member(&I::log), "log", "File that pip writes its log to.")
      .optional(member(&I::source), "source", "Directory that editable packages are checked out in.")
      .optional(member(&I::exists_action), "exists_action", "What to do when a path exists: s, i, w, b or a.")
      .optional(member(&I::install_options), "install_options", "Options of the package's own installation.")
      .optional(member(&I::global_options), "global_options", "Options for the package's own installation, in front of its command.")
      .optional(member(&I::extra_args), "extra_args", "Further arguments of pip install.");
}

}  // namespace

std::vector<Function> pip_functions() {
  const auto access = with_access(Schema<Access>());
  return {
      function<Access>("pip.list", "Installed packages and their versions.",
                       with_access(Schema<Access>().optional(&Access::prefix, "prefix", "How the names begin.")), list),
      function<Access>("pip.list_freeze_parse", "Installed packages and their versions.",
                       with_access(Schema<Access>().optional(&Access::prefix, "prefix", "How the names begin.")), list),
      function<Versions>("pip.list_all_versions", "Versions of a package that the index has, the oldest first.",
                         with_access(Schema<Versions>().required(&Versions::pkg, "pkg", "Name of the package."))
                             .optional(&Versions::include_alpha, "include_alpha", "With alpha versions.")
                             .optional(&Versions::include_beta, "include_beta", "With beta versions.")
                             .optional(&Versions::include_rc, "include_rc", "With release candidates.")
                             .optional(&Versions::index_url, "index_url", "The index of packages.")
                             .optional(&Versions::extra_index_url, "extra_index_url", "A further index."),
                         list_all_versions),
      function<Access>("pip.freeze", "Installed packages, as lines of a requirements file.", access, freeze),
      function<Access>("pip.version", "The version of pip.", access, version),
      function<Access>("pip.is_installed", "Is the package installed?",
                       with_access(Schema<Access>().required(&Access::pkgname, "pkgname", "Name of the package.")), is_installed),
      function<Access>("pip.list_upgrades", "Packages with newer versions, and which.", access, list_upgrades),
      function<Access>("pip.upgrade_available", "Is there a newer version of the package?",
                       with_access(Schema<Access>().required(&Access::pkg, "pkg", "Name of the package.")), upgrade_available),
      function<Access>("pip.upgrade", "Brings every package to its newest version; gives what changed.", access, upgrade),
      function<Install>("pip.install", "Installs packages; gives pid, retcode, stdout and stderr.", install_schema(), install),
      function<Install>("pip.uninstall", "Removes packages; gives pid, retcode, stdout and stderr.",
                        with_access(Schema<Install>()
                                        .optional(&Install::pkgs, "pkgs", "Packages: a list, or text with commas.")
                                        .optional(&Install::requirements_asked, "requirements", "Files whose packages are removed.")),
                        uninstall),
  };
}

}  // namespace halite::minion
