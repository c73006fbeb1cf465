#include "common/output/wrap.h"

#include <algorithm>
#include <vector>

#include "common/base/strings.h"

namespace halite::formats {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; }

bool is_blank(char c) { return c == ' '; }

// Words, runs of blanks, and parts of hyphenated words.
std::vector<std::string> chunks_of(std::string_view text) {
  std::vector<std::string> chunks;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] == '\n' || text[i] == '\t' || text[i] == '\r' || text[i] == '\v' || text[i] == '\f' ? ' ' : text[i];
    const bool after_hyphen = i > 1 && text[i - 1] == '-' && is_letter(text[i - 2]) && is_letter(c);
    if (chunks.empty() || is_blank(chunks.back().back()) != is_blank(c) || after_hyphen) chunks.emplace_back();
    chunks.back() += c;
  }
  return chunks;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

std::string wrap_text(std::string_view text, std::size_t width, std::size_t indent) {
  const std::size_t room = width - indent;
  std::vector<std::string> lines;
  std::string line;
  const auto finish = [&] {
    while (!line.empty() && is_blank(line.back())) line.pop_back();
    if (!line.empty()) lines.push_back(std::string(indent, ' ') + line);
    line.clear();
  };
  for (std::string chunk : chunks_of(text)) {
    if (characters(line) + characters(chunk) > room && !is_blank(chunk[0]) && characters(chunk) <= room) finish();
    while (characters(line) + characters(chunk) > room && !is_blank(chunk[0])) {
      const std::size_t fits = room - characters(line);
      line += chunk.substr(0, fits);
      chunk.erase(0, fits);
      finish();
    }
    if (line.empty() && is_blank(chunk.empty() ? ' ' : chunk[0]) && !lines.empty()) continue;
    line += chunk;
  }
  finish();
  return join(lines, "\n");
}

}  // namespace halite::formats
