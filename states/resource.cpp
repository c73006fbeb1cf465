#include "states/resource.h"

namespace halite::states {

std::vector<std::string> ignored_warnings(const Map& args,
                                          const std::vector<std::pair<std::string, std::string>>& ignored) {
  std::vector<std::string> warnings;
  for (const auto& [name, advice] : ignored)
    if (args.contains(name)) warnings.push_back(fmt::format("'{}' has no effect here: {}", name, advice));
  return warnings;
}

}  // namespace halite::states
