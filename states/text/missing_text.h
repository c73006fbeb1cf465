// Texts that another text must hold, as Salt's file.append and file.prepend look for them.
#pragma once

#include <string>
#include <vector>

namespace halite::states {

// True when `text` holds all lines of `part` together. With `ignore_whitespace`, white space between words may be of
// any kind and amount, none too; without, the lines must be the same.
bool holds_text(const std::string& text, const std::string& part, bool ignore_whitespace);

// The lines of the parts that are missing.
std::vector<std::string> missing_lines(const std::string& text, const std::vector<std::string>& parts,
                                       bool ignore_whitespace);

// The lines behind the text, which gets an end first when it has none; or in front of it.
std::string with_lines_behind(const std::string& text, const std::vector<std::string>& lines);
std::string with_lines_in_front(const std::string& text, const std::vector<std::string>& lines);
// The text begins with exactly these lines.
bool has_header(const std::string& text, const std::vector<std::string>& lines);

}  // namespace halite::states
