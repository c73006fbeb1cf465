#include "states/text/missing_text.h"

#include <algorithm>

#include "common/base/strings.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

constexpr std::string_view white = " \t\n\r\v\f";

// Where the words end that begin at `at` (behind white space), or npos.
std::size_t words_end(std::string_view text, std::size_t at, const std::vector<std::string>& words) {
  for (const auto& word : words) {
    at = std::min(text.find_first_not_of(white, at), text.size());
    if (text.substr(at, word.size()) != word) return std::string_view::npos;
    at += word.size();
  }
  return at;
}

bool ends_line(std::string_view text, std::size_t at) {
  const std::size_t next = text.find_first_not_of(" \t\r\v\f", at);
  return next == std::string_view::npos || text[next] == '\n';
}

}  // namespace

bool holds_text(const std::string& text, const std::string& part, bool ignore_whitespace) {
  if (!ignore_whitespace) {
    const auto lines = python_lines(text);
    const auto wanted = python_lines(part);
    return std::search(lines.begin(), lines.end(), wanted.begin(), wanted.end()) != lines.end() || wanted.empty();
  }
  const auto words = split_words(part);
  for (std::size_t start = 0; start != std::string::npos && start <= text.size();) {
    const std::size_t end = words_end(text, start, words);
    if (end != std::string::npos && ends_line(text, end)) return true;
    start = text.find('\n', start);
    if (start != std::string::npos) ++start;
  }
  return false;
}

std::vector<std::string> missing_lines(const std::string& text, const std::vector<std::string>& parts,
                                       bool ignore_whitespace) {
  std::vector<std::string> missing;
  for (const auto& part : parts) {
    if (holds_text(text, part, ignore_whitespace)) continue;
    for (auto& line : python_lines(part)) missing.push_back(std::move(line));
  }
  return missing;
}

std::string with_lines_behind(const std::string& text, const std::vector<std::string>& lines) {
  if (lines.empty()) return text;
  std::string result = text;
  if (!result.empty() && !result.ends_with('\n')) result += "\n";
  for (const auto& line : lines) result += line + "\n";
  return result;
}

std::string with_lines_in_front(const std::string& text, const std::vector<std::string>& lines) {
  std::string result;
  for (const auto& line : lines) result += line + "\n";
  return result + text;
}

bool has_header(const std::string& text, const std::vector<std::string>& lines) {
  const auto present = python_lines(text);
  return present.size() >= lines.size() && std::equal(lines.begin(), lines.end(), present.begin());
}

}  // namespace halite::states
