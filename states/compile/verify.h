// Is high data well formed? In Salt's words, naming the id and the SLS file.
#pragma once

#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::states {

void verify_high(const Map& high, std::vector<std::string>& errors);

}  // namespace halite::states
