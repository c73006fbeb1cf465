#include "common/data/real_text.h"

#include <cmath>

#include <fmt/format.h>

namespace halite {

std::string real_text(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::string shortest = fmt::format("{}", number);
  const bool looks_whole = shortest.find_first_not_of("-0123456789") == std::string::npos;
  return looks_whole ? shortest + ".0" : shortest;
}

}  // namespace halite
