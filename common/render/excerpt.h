// The lines of a source around a place, the one marked, as Salt shows them.
#pragma once

#include <string>
#include <string_view>

namespace halite::render {

// "---", up to `around` lines before and after, "    <======" behind the line itself, "---". Empty when there is no such
// line. Lines are cut at 200 characters.
std::string excerpt(std::string_view source, int line, int around = 3);

}  // namespace halite::render
