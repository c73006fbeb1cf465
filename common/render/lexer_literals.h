// The literals of an expression: numbers, names and strings.
#pragma once

#include <string_view>

#include "common/render/lexer.h"

namespace halite::render {

// Each reads one token at `at`, moves behind it and says true, or leaves everything alone.
bool read_number(std::string_view source, std::size_t& at, Token& token);
bool read_name(std::string_view source, std::size_t& at, Token& token);
// Escapes are Python's. An unterminated string is no string; a bad escape throws Failure(syntax).
// A line end in the text becomes `newline`.
bool read_string(std::string_view source, std::size_t& at, Token& token, const std::string& newline);

}  // namespace halite::render
