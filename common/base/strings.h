// Small text helpers that the standard library lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halite {

// Every part, empty ones too: split("a::b", ':') is {"a", "", "b"}; split("", ':') is {""}.
std::vector<std::string> split(std::string_view text, char separator);
// Parts between runs of white space; never an empty one.
std::vector<std::string> split_words(std::string_view text);
// Lines without their ends; a final newline adds no empty line.
std::vector<std::string> split_lines(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

std::string_view trim(std::string_view text);
std::string_view trim_right(std::string_view text);
std::string to_lower(std::string_view text);  // ASCII only
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// The whole text as a decimal integer, with an optional '-'; anything else is nothing.
std::optional<std::int64_t> parse_int(std::string_view text);

bool is_valid_utf8(std::string_view text);

std::string to_hex(std::string_view bytes);                    // lower case
std::optional<std::string> from_hex(std::string_view text);    // white space is not allowed
std::string to_base64(std::string_view bytes);                 // RFC 4648, padded
std::optional<std::string> from_base64(std::string_view text); // strict; padding required

// Control characters (C0 but tab, DEL, and invalid UTF-8) as \xNN, so text can't steer a terminal or a log.
// `keep_newlines` leaves '\n' alone.
std::string escape_control(std::string_view text, bool keep_newlines = false);

// fnmatch as Python has it: * ? [seq] [!seq], case-sensitive, '/' and a leading dot not special.
bool glob_match(std::string_view pattern, std::string_view text);

// The candidate nearest to `name` (Damerau-Levenshtein, within a third of its length), for "did you mean".
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates);
// "; did you mean 'X'?" or nothing.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace halite
