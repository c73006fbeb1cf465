// Making virtual environments of Python: by virtualenv, or by Python's own venv.
#pragma once

#include <optional>
#include <string>

#include "states/arguments.h"
#include "states/world.h"

namespace halite::states {

// Empty and unset parts are left out.
struct VirtualEnvironment {
  std::string name;      // its directory
  std::string venv_bin;  // virtualenv, venv, or a path; empty: the option venv_bin, or virtualenv where it is installed, else venv
  std::string python, prompt;
  TextList extra_search_dir;
  bool system_site_packages = false, clear = false;
  std::optional<bool> never_download, symlinks, upgrade_python;
};

// The program and its arguments that make it. Throws Error(not_found) for a program that is not there, Error(invalid) for an
// argument that this one does not know.
Argv creation_of(const VirtualEnvironment& wanted, World& world);

}  // namespace halite::states
