// Text filled into lines, as Python's textwrap.fill does it.
#pragma once

#include <string>
#include <string_view>

namespace halite::formats {

// Lines of at most `width` characters, each with `indent` blanks in front. Breaks at white space and behind hyphens
// inside words; a longer word is cut.
std::string wrap_text(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace halite::formats
