// file_roots and pillar_roots as directory trees take them.
#pragma once

#include "common/config/setting_types.h"
#include "common/host/directory_tree.h"

namespace halite {

inline EnvironmentRoots environment_roots(const Roots& roots) {
  EnvironmentRoots environments;
  for (const auto& [name, folders] : roots) environments.emplace_back(name, folders.items);
  return environments;
}

}  // namespace halite
