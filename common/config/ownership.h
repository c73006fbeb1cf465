// Who can write a daemon's configuration decides what the daemon does: that must be nobody but its own.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite {

// Throws Error(denied), a line for each path that belongs to a user who is not in `trusted`, or that its group (but for
// root's) or everyone may write. Paths that are not there are fine.
void check_ownership(Host& host, const std::vector<std::string>& paths, const std::set<uid_t>& trusted);

}  // namespace halite
