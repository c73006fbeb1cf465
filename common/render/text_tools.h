// Operations on text that str methods and filters share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/render/objects.h"

namespace halite::render {

std::string upper_text(std::string_view text);
std::string lower_text(std::string_view text);
std::string casefolded(std::string_view text);
// The character `code` of `text` between `start` and `end`: what is around decides on the form of a sigma.
void append_lower(std::string& out, std::string_view text, std::size_t start, std::size_t end, char32_t code);
void append_upper(std::string& out, char32_t code);
std::string capitalized(std::string_view text);
std::string title_text(std::string_view text);  // str.title
// Without white space (or the given characters) at the sides asked for.
std::string_view stripped(std::string_view text, std::optional<std::string_view> characters, bool left, bool right);
std::string replaced(std::string_view text, std::string_view from, std::string_view to, std::int64_t count = -1);
std::vector<std::string> split_lines_python(std::string_view text, bool keep_ends = false);
// str.center: the odd blank goes where Python puts it.
std::string centered(std::string_view text, std::int64_t width, std::string_view fill = " ");
// The value in the kind of text `like` is.
Value same_text(const Value& like, std::string text);

}  // namespace halite::render
