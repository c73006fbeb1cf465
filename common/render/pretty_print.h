// Python's pprint.pformat: one line where it fits, else one item a line.
#pragma once

#include <string>

#include "common/data/value.h"

namespace halite::render {

std::string pretty_printed(const Value& value, std::size_t width = 80);

}  // namespace halite::render
