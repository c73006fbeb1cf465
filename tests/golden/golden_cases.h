// Recorded cases of stock Salt, one JSON object a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"

namespace halite::golden {

// The cases of ../shared/golden/FILE; none, and a line with SKIPPED on stdout, where the file is absent.
std::vector<Value> read_cases(std::string_view file);

// Recorded data as a Value: the tags $float, $int, $map, $bytes are followed; a $tuple and a $set become lists.
Value plain(const Value& recorded);

}  // namespace halite::golden
