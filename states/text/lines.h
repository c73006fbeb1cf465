// Text as lines, and how a changed text is told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/output/safe_text.h"  // python_lines: lines as Python's splitlines gives them

namespace halite::states {

// Lines with their '\n', as reading a file line by line gives them; the last one may have none.
std::vector<std::string> lines_with_ends(std::string_view text);
// White space of any kind taken off both sides, as Python's strip does for ASCII.
std::string_view strip(std::string_view text, std::string_view characters = " \t\n\r\v\f");
std::string_view strip_left(std::string_view text, std::string_view characters = " \t\n\r\v\f");
std::string_view strip_right(std::string_view text, std::string_view characters = " \t\n\r\v\f");

// A NUL in its first 512 bytes, or there more than 30 % that no text has (UTF-8 is text).
bool looks_binary(std::string_view text);
// Salt's words for a replaced content: a unified diff, or which side is binary.
std::string content_change(const std::string& before, const std::string& after);

}  // namespace halite::states
