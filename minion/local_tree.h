// State and pillar roots on this machine.
#pragma once

#include <memory>

#include "common/config/setting_types.h"
#include "common/host/file_tree.h"

namespace halite::minion {

std::shared_ptr<FileTree> make_local_tree(const Roots& roots);

}  // namespace halite::minion
