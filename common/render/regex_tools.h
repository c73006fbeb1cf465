// Regular expressions for filters and tests, with Python's flags.
#pragma once

#include <string_view>

#include "common/data/regex.h"

namespace halite::render {

// Throws Failure for a pattern that Python would refuse.
Regex compiled_regex(std::string_view pattern, bool ignore_case, bool multiline);

}  // namespace halite::render
