// pip by its program: in a virtual environment or the system's Python, as a user.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "states/arguments.h"
#include "states/providers/private_file.h"
#include "states/world.h"

namespace halite::states {

struct PipAccess {
  std::string bin_env;  // a virtual environment, its Python, or a pip; empty: the system's Python
  std::string user, cwd;
  Value env_vars;
};

// What `pip install` is told. Empty and unset parts are left out.
struct PipInstall {
  std::vector<std::string> packages, requirements, editable;
  std::optional<std::string> log, proxy, index_url, extra_index_url, target, source, exists_action, cert, trusted_host, cache_dir;
  TextList find_links, no_binary, install_options, global_options;
  std::optional<Number> timeout;
  bool no_index = false, upgrade = false, force_reinstall = false, ignore_installed = false, no_deps = false;
  bool pre_releases = false, no_cache_dir = false;
  List extra_args;
};

struct PythonPackage {
  std::string name, version;
};

class Pip {
 public:
  // Throws Error(not_found) when there is no such pip.
  Pip(PipAccess access, World& world);

  CommandResult run(const Argv& words) const;
  // By python_package_key().
  std::map<std::string, PythonPackage> list() const;
  // {package: newest version} of those with a newer one at the index.
  std::map<std::string, std::string> outdated() const;
  std::string version() const;

  CommandResult install(const PipInstall& install) const;
  // What an install would bring, by python_package_key(); nothing when this pip (before 22.2) can't say.
  std::optional<std::map<std::string, PythonPackage>> would_install(const PipInstall& install) const;

 private:
  Argv words_of(const PipInstall& install, std::vector<std::unique_ptr<PrivateFile>>& fetched) const;

  PipAccess access_;
  World& world_;
  Argv program_;
};

// "a, b" or a list, as Salt takes both.
std::vector<std::string> comma_list(const TextList& list);
// Throws Error(unavailable) with what pip wrote.
void require_pip(const CommandResult& result, const std::string& doing);

}  // namespace halite::states
