#include "minion/local_tree.h"

#include "common/crypto/hash.h"
#include "common/host/directory_tree.h"

namespace halite::minion {

std::unique_ptr<FileTree> make_local_tree(const Roots& roots) {
  EnvironmentRoots folders;
  for (const auto& [environment, paths] : roots) folders.emplace_back(environment, paths.items);
  return std::make_unique<DirectoryTree>(std::move(folders), [](std::string_view content) {
    return crypto::hash_hex(crypto::HashType::sha256, content);
  });
}

}  // namespace halite::minion
