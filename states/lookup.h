// A value inside nested maps and lists by a path such as "users:alice:keys:0", as Salt's pillar.get walks it.
#pragma once

#include <optional>
#include <string>

#include "common/data/value.h"

namespace halite::states {

// Nothing when a part of the path is not there. A part that is a number is a list index or a number as key.
std::optional<Value> look_up(const Value& data, const std::string& path, const std::string& delimiter = ":");

}  // namespace halite::states
