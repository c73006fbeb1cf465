#include "common/render/excerpt.h"

#include <algorithm>

#include "common/base/strings.h"

namespace halite::render {
namespace {

constexpr int around = 3;
constexpr std::size_t longest = 200;

// As much white space as stands before the column, so that a caret behind it is below the column.
std::string indent_to(const std::string& text, std::size_t column) {
  std::string out;
  for (std::size_t i = 0; i + 1 < column; ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // a character of several bytes is one wide
    if (!continues) out += c == '\t' ? '\t' : ' ';
  }
  return out;
}

std::string line_of(std::string_view source, int line) {
  const auto lines = split_lines(source);
  return line >= 1 && line <= static_cast<int>(lines.size()) ? lines[static_cast<std::size_t>(line - 1)] : "";
}

}  // namespace

std::string excerpt(std::string_view source, int line, int column) {
  const auto lines = split_lines(source);
  const int count = static_cast<int>(lines.size());
  if (line < 1 || line > count) return "";
  const int first = std::max(1, line - around);
  const int last = std::min(count, line + around);
  std::string out = "---\n";
  if (first > 1) out += "[...]\n";
  for (int i = first; i <= last; ++i) {
    const std::string& text = lines[static_cast<std::size_t>(i - 1)];
    out += text.size() > longest ? text.substr(0, longest) + "..." : text;
    if (i == line) out += "    <======================";
    out += '\n';
    if (i == line && column > 0 && static_cast<std::size_t>(column) <= longest)
      out += indent_to(text, static_cast<std::size_t>(column)) + "^\n";
  }
  if (last < count) out += "[...]\n";
  return out + "---";
}

int pointed_column(std::string_view source, int line, std::string_view reason) {
  const std::string text = line_of(source, line);
  for (std::size_t at = reason.find('\''); at != reason.npos; at = reason.find('\'', at + 1)) {
    const std::size_t end = reason.find('\'', at + 1);
    if (end == reason.npos) break;
    const std::string_view word = reason.substr(at + 1, end - at - 1);
    if (const std::size_t found = word.empty() ? text.npos : text.find(word); found != text.npos) return static_cast<int>(found) + 1;
    at = end;
  }
  const std::size_t start = text.find_first_not_of(" \t");
  return start == text.npos ? 0 : static_cast<int>(start) + 1;
}

}  // namespace halite::render
