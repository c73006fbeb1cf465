// A directory with all its parents, for what is root's own: caches and drop-in directories below /etc.
#pragma once

#include <string>

#include "common/host/host.h"

namespace halite::states {

// Nothing happens when it is there already, or a link to one is.
void make_directories(Host& host, const std::string& path, const FileAttributes& attributes = {.mode = 0755});
// "/a" of "/a/b"; "/" of "/a".
std::string parent_directory(const std::string& path);

}  // namespace halite::states
