// SLS names as callers write them.
#pragma once

#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::states {

// Names from a list or from a text with commas.
std::vector<std::string> split_names(const Value& names);
// What `exclude` leaves out, as the SLS keyword has it: names in one text are split.
List excluded(const Value& exclude);

}  // namespace halite::states
