// Where a file is, as an open directory and a name in it: what happens there can't be led elsewhere by a link that
// someone makes meanwhile.
#pragma once

#include <string>

#include "common/base/unique_fd.h"

namespace halite {

struct Place {
  UniqueFd directory;
  std::string name;
};

// Opens the directory of an absolute path, part by part. A symlink on the way is followed when root or we made it, or
// when it leads to a directory of the user who made it. The place of "/" is "." in it. Throws Error(denied) for any
// other, Error(not_found) for a part that is not there, Error(invalid) for a path that names no file.
Place open_place(const std::string& path);

}  // namespace halite
