// One small tree with what stock Salt was recorded to make of it, and compiling it with our code.
#pragma once

#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::golden {

// `about` is the case as trees/NAME.yaml writes it, `expected` its entry of trees/NAME.json. The differences, each
// readable: nothing when all is as recorded.
std::vector<std::string> tree_differences(const Value& about, const Value& expected);

}  // namespace halite::golden
