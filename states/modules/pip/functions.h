// What the state modules pip and virtualenv share: the arguments of `pip install`.
#pragma once

#include "states/providers/pip.h"
#include "states/resource.h"

namespace halite::states {

// Arguments that pip itself forgot long ago.
extern const std::vector<std::pair<std::string, std::string>> obsolete_pip_arguments;

template <class T>
Schema<T> with_pip_access(Schema<T> schema) {
  return schema
      .parameter(static_cast<std::string T::*>(&T::bin_env), "bin_env",
                 "A virtual environment, its Python, or a pip. Unset: the system's Python.")
      .parameter(static_cast<std::string T::*>(&T::user), "user", "User to run pip as.")
      .parameter(static_cast<std::string T::*>(&T::cwd), "cwd", "Directory to run pip in.");
}

Function pip_installed();
Function pip_removed();
Function pip_uptodate();

}  // namespace halite::states
