// Recorded data beside ours, and the first difference in words.
#pragma once

#include <string>

#include "common/data/value.h"

namespace halite::golden {

// The first difference, readable, with its path; empty when there is none. The order of keys counts, but for the keys
// right inside a low chunk and those below backup_keys, which have none.
std::string difference(const Value& expected, const Value& actual, const std::string& path);

}  // namespace halite::golden
