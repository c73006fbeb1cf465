// Text from elsewhere made fit for a terminal, and the colours of Salt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halite {

// As Python's str.splitlines: \n, \r\n, \r, \v, \f, the separators \x1c to \x1e, U+0085, U+2028 and U+2029 end a line.
std::vector<std::string> python_lines(std::string_view text);
// Control characters but tab as \xNN.
std::string safe_line(std::string_view text);
// The same with newlines kept.
std::string safe_text(std::string_view text);

struct Colors {
  std::string_view green, light_green, cyan, red, light_red, yellow, light_yellow, magenta, light_magenta, blue, light_blue,
      dark_gray, light_gray, white, end;
};
// All empty when `use` is false.
const Colors& colors(bool use);

}  // namespace halite
