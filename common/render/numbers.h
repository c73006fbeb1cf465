// Text to numbers and rounding, as Python's int(), float() and round().
#pragma once

#include <optional>
#include <string_view>

#include "common/data/value.h"

namespace halite::render {

// int(text, base): white space around, a sign, underscores between digits, and 0x, 0o, 0b where the base allows.
std::optional<Value> integer_from_text(std::string_view text, int base = 10);
// float(text), with inf, nan and infinity.
std::optional<double> real_from_text(std::string_view text);
// Half to even on the exact decimal value.
double round_real(double value, std::int64_t digits);
Value round_integer(const Value& value, std::int64_t digits);

}  // namespace halite::render
