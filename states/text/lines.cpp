#include "states/text/lines.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/data/diff.h"

namespace halite::states {
namespace {

bool is_no_text(const std::string& text) {
  return text.find('\0') != std::string::npos || !is_valid_utf8(text);
}

// A block cut from a text may end inside a character.
bool is_cut_utf8(std::string_view block) {
  for (std::size_t cut = 0; cut < 4 && cut <= block.size(); ++cut)
    if (is_valid_utf8(block.substr(0, block.size() - cut))) return true;
  return false;
}

}  // namespace

std::vector<std::string> lines_with_ends(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

std::string_view strip_left(std::string_view text, std::string_view characters) {
  const std::size_t start = text.find_first_not_of(characters);
  return start == std::string_view::npos ? std::string_view() : text.substr(start);
}

std::string_view strip_right(std::string_view text, std::string_view characters) {
  const std::size_t end = text.find_last_not_of(characters);
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

std::string_view strip(std::string_view text, std::string_view characters) {
  return strip_left(strip_right(text, characters), characters);
}

bool looks_binary(std::string_view text) {
  const std::string_view block = text.substr(0, 512);
  if (block.find('\0') != std::string_view::npos) return true;
  if (block.empty() || is_cut_utf8(block)) return false;
  const auto strange = std::count_if(block.begin(), block.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 32 || byte > 126) && std::string_view("\n\r\t\f\b").find(c) == std::string_view::npos;
  });
  return static_cast<double>(strange) / static_cast<double>(block.size()) > 0.30;
}

std::string content_change(const std::string& before, const std::string& after) {
  const bool was_binary = is_no_text(before);
  const bool is_now_binary = is_no_text(after);
  if (was_binary && is_now_binary) return "Replace binary file";
  if (was_binary) return "Replace binary file with text file";
  if (is_now_binary) return "Replace text file with binary file";
  return unified_diff(before, after);
}

}  // namespace halite::states
