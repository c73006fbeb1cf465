#include "common/output/safe_text.h"

#include "common/base/strings.h"

namespace halite {
namespace {

// Length of the line end at the start of `text`, or 0.
std::size_t line_end(std::string_view text) {
  const char c = text[0];
  if (c == '\r') return text.starts_with("\r\n") ? 2 : 1;
  if (c == '\n' || c == '\v' || c == '\f' || (c >= '\x1c' && c <= '\x1e')) return 1;
  if (text.starts_with("\xc2\x85")) return 2;
  if (text.starts_with("\xe2\x80\xa8") || text.starts_with("\xe2\x80\xa9")) return 3;
  return 0;
}

}  // namespace

std::vector<std::string> python_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = line_end(text.substr(i));
    if (length == 0) {
      ++i;
      continue;
    }
    lines.emplace_back(text.substr(start, i - start));
    i += length;
    start = i;
  }
  if (start < text.size()) lines.emplace_back(text.substr(start));
  return lines;
}

std::string safe_line(std::string_view text) { return escape_control(text); }

std::string safe_text(std::string_view text) { return escape_control(text, true); }

const Colors& colors(bool use) {
  static constexpr Colors none{};
  static constexpr Colors all{
      .green = "\x1b[0;32m", .light_green = "\x1b[0;1;32m", .cyan = "\x1b[0;36m", .red = "\x1b[0;31m",
      .light_red = "\x1b[0;1;31m", .yellow = "\x1b[0;33m", .light_yellow = "\x1b[0;1;33m", .magenta = "\x1b[0;35m",
      .light_magenta = "\x1b[0;1;35m", .blue = "\x1b[0;34m", .light_blue = "\x1b[0;1;34m", .dark_gray = "\x1b[0;1;30m",
      .light_gray = "\x1b[0;37m", .white = "\x1b[0;1;37m", .end = "\x1b[0;0m"};
  return use ? all : none;
}

}  // namespace halite
