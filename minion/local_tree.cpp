#include "minion/local_tree.h"

#include "common/config/roots.h"
#include "common/crypto/hash.h"

namespace halite::minion {

std::shared_ptr<FileTree> make_local_tree(const Roots& roots) {
  return std::make_shared<DirectoryTree>(environment_roots(roots), [](const auto& next_part) {
    return crypto::hash_parts_hex(crypto::HashType::sha256, next_part);
  });
}

}  // namespace halite::minion
