// The lines of a source around a place, the one marked, as Salt shows them, and a caret below what is wrong in it.
#pragma once

#include <string>
#include <string_view>

namespace halite::render {

// "---", up to three lines before and after, "    <======" behind the line itself, a caret below its `column` (from 1),
// "---". Empty when there is no such line; no caret for column 0. Lines are cut at 200 characters.
std::string excerpt(std::string_view source, int line, int column = 0);

// The column of the line where the first word stands that the reason quotes ("'user' is undefined"), or else of the
// first character that is no blank.
int pointed_column(std::string_view source, int line, std::string_view reason);

}  // namespace halite::render
