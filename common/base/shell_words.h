// Words of a command line, as a POSIX shell (and Python's shlex) takes them apart, without any expansion.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halite {

// Quotes group; outside of quotes a backslash takes the next character as it is, inside double quotes only before a
// double quote or a backslash. Throws Error(invalid) for a quote that is left open and a backslash at the end.
std::vector<std::string> split_shell_words(std::string_view text);

// The text as one word for a shell: as it is where nothing in it is special, else in single quotes.
std::string shell_quote(std::string_view text);

}  // namespace halite
