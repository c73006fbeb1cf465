// Which mount options are not in effect, of those that can be seen.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "states/providers/mounts.h"
#include "states/world.h"

namespace halite::states {

struct OptionRules {
  std::string type;
  std::vector<std::string> invisible_options;  // beside the known ones
  std::vector<std::string> invisible_keys;
  std::map<std::string, std::vector<std::string>> ignored_keys;  // of a file system type
  std::map<std::string, std::string> translations;
};

std::vector<std::string> missing_options(const std::vector<std::string>& wanted, const Mount& mount,
                                         const OptionRules& rules, World& world);

}  // namespace halite::states
