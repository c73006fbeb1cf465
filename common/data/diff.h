// The difference of two texts, as Python's difflib.unified_diff prints it.
#pragma once

#include <string>
#include <string_view>

namespace halite {

// Unified diff with three lines of context; empty when the texts are equal. `from_name` and `to_name` go behind
// "--- " and "+++ ". A text over `size_limit_bytes`, or two that take too much work to compare, give "Files differ, too
// large to show" instead.
// Lines end at '\n' alone, and a last line without one runs into what follows, as in Salt. A line that is not UTF-8 is
// taken as Latin-1, so the result is always UTF-8.
std::string unified_diff(std::string_view from, std::string_view to, std::string_view from_name = "",
                         std::string_view to_name = "", std::size_t size_limit_bytes = 4 << 20);

}  // namespace halite
