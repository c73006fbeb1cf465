// The pieces numbers and padding are formatted from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/render/options.h"

namespace halite::render {

// By C's e, f, g (or E, F, G); "nan" and "inf" as Python writes them.
std::string real_digits(double value, char type, int precision, bool alternate);
// Separators in the digits before the point.
std::string grouped(std::string digits, char separator, int group);
// `align` is '<', '^' or '>'; the width is in code points.
std::string padded(std::string_view text, std::int64_t width, char align, std::string_view fill, const Limits& limits);

}  // namespace halite::render
