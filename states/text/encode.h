// Text in the encodings that Python knows by name.
#pragma once

#include <string>

namespace halite::states {

// UTF-8 text in another encoding: "latin-1", "utf-16", "cp1252", "ascii", ... `errors` is what is done with a character
// that it lacks: strict (Error(invalid)), ignore, replace ('?'), backslashreplace or xmlcharrefreplace. Throws
// Error(invalid) for an encoding that is not known.
std::string encode(const std::string& text, const std::string& encoding, const std::string& errors);

}  // namespace halite::states
