// Python's view of text: code points, though we keep UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace halite::render::utf8 {

// Bytes of the code point that begins at `at` (1 for what is not UTF-8).
std::size_t length_at(std::string_view text, std::size_t at);
// Number of code points.
std::size_t count(std::string_view text);
bool is_ascii(std::string_view text);
// Byte position of the code point with this index; the size when there are fewer.
std::size_t offset(std::string_view text, std::size_t index);
// The code point at a byte position, which moves behind it. U+FFFD for what is not UTF-8.
char32_t decode(std::string_view text, std::size_t& at);
void append(std::string& text, char32_t code);
std::vector<std::string_view> characters(std::string_view text);

// Case and class as Python's str methods see them (Latin, Greek, Cyrillic and Armenian; others by the C++ library).
char32_t to_upper(char32_t code);
char32_t to_lower(char32_t code);
bool is_upper(char32_t code);
bool is_lower(char32_t code);
bool is_alpha(char32_t code);
// Narrowest first: digits of any script, also small ones, also fractions and words for numbers.
bool is_decimal(char32_t code);
bool is_digit(char32_t code);
bool is_numeric(char32_t code);
// The text with every decimal digit as one of ASCII.
std::string ascii_digits(std::string_view text);
bool is_space(char32_t code);
bool is_printable(char32_t code);

}  // namespace halite::render::utf8
