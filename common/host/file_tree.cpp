#include "common/host/file_tree.h"

#include <set>

namespace halite {

std::vector<std::string> FileTree::folders(const std::string& environment, const std::string& prefix) {
  std::set<std::string> found;
  for (const auto& entry : list(environment, prefix))
    for (std::size_t slash = entry.path.rfind('/'); slash != std::string::npos && slash > 0;
         slash = entry.path.rfind('/', slash - 1)) {
      std::string folder = entry.path.substr(0, slash);
      if (!folder.starts_with(prefix) || !found.insert(std::move(folder)).second) break;
    }
  return {found.begin(), found.end()};
}

}  // namespace halite
