#include "common/render/excerpt.h"

#include <algorithm>

#include "common/base/strings.h"

namespace halite::render {

std::string excerpt(std::string_view source, int line, int around) {
  const auto lines = split_lines(source);
  const int count = static_cast<int>(lines.size());
  if (line < 1 || line > count) return "";
  const int first = std::max(1, line - around);
  const int last = std::min(count, line + around);
  std::string out = "---\n";
  if (first > 1) out += "[...]\n";
  for (int i = first; i <= last; ++i) {
    const std::string& text = lines[static_cast<std::size_t>(i - 1)];
    out += text.size() > 200 ? text.substr(0, 200) + "..." : text;
    if (i == line) out += "    <======================";
    out += '\n';
  }
  if (last < count) out += "[...]\n";
  return out + "---";
}

}  // namespace halite::render
