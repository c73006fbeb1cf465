#include "common/data/diff.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "common/data/line_matcher.h"

namespace halite {
namespace {

constexpr std::size_t context_lines = 3;
constexpr std::string_view too_large = "Files differ, too large to show";

std::string utf8_line(std::string_view line) {
  if (is_valid_utf8(line)) return std::string(line);
  std::string out;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

std::vector<std::string> lines_with_ends(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(utf8_line(text.substr(0, size)));
    text.remove_prefix(size);
  }
  return lines;
}

// A stretch of both texts that is equal, or differs.
struct Change {
  bool is_equal;
  std::size_t from_begin, from_end, to_begin, to_end;
};

std::vector<Change> changes_between(const std::vector<MatchingBlock>& blocks) {
  std::vector<Change> changes;
  std::size_t from = 0;
  std::size_t to = 0;
  for (const MatchingBlock& block : blocks) {
    if (from < block.from || to < block.to) changes.push_back({false, from, block.from, to, block.to});
    from = block.from + block.size;
    to = block.to + block.size;
    if (block.size > 0) changes.push_back({true, block.from, from, block.to, to});
  }
  return changes;
}

void keep_last(Change& change, std::size_t count) {
  change.from_begin = std::max(change.from_begin, change.from_end - std::min(count, change.from_end));
  change.to_begin = std::max(change.to_begin, change.to_end - std::min(count, change.to_end));
}

void keep_first(Change& change, std::size_t count) {
  change.from_end = std::min(change.from_end, change.from_begin + count);
  change.to_end = std::min(change.to_end, change.to_begin + count);
}

// Changes with their context; a long equal stretch parts two hunks.
std::vector<std::vector<Change>> hunks_of(std::vector<Change> changes) {
  if (changes.empty()) return {};
  if (changes.front().is_equal) keep_last(changes.front(), context_lines);
  if (changes.back().is_equal) keep_first(changes.back(), context_lines);
  std::vector<std::vector<Change>> hunks(1);
  for (Change change : changes) {
    if (change.is_equal && change.from_end - change.from_begin > 2 * context_lines) {
      Change head = change;
      keep_first(head, context_lines);
      hunks.back().push_back(head);
      hunks.emplace_back();
      keep_last(change, context_lines);
    }
    hunks.back().push_back(change);
  }
  std::erase_if(hunks, [](const auto& hunk) { return hunk.empty() || (hunk.size() == 1 && hunk.front().is_equal); });
  return hunks;
}

// An empty range is named by the line before it.
std::string range_text(std::size_t begin, std::size_t end) {
  if (end - begin == 1) return std::to_string(begin + 1);
  return fmt::format("{},{}", end == begin ? begin : begin + 1, end - begin);
}

class Writer {
 public:
  Writer(const std::vector<std::string>& from, const std::vector<std::string>& to) : from_(from), to_(to) {}

  void write(const std::vector<Change>& hunk) {
    const Change& first = hunk.front();
    const Change& last = hunk.back();
    out += fmt::format("@@ -{} +{} @@\n", range_text(first.from_begin, last.from_end),
                       range_text(first.to_begin, last.to_end));
    for (const Change& change : hunk) {
      lines(change.is_equal ? ' ' : '-', from_, change.from_begin, change.from_end);
      if (!change.is_equal) lines('+', to_, change.to_begin, change.to_end);
    }
  }

  std::string out;

 private:
  void lines(char sign, const std::vector<std::string>& text, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      out += sign;
      out += text[i];
    }
  }

  const std::vector<std::string>& from_;
  const std::vector<std::string>& to_;
};

}  // namespace

std::string unified_diff(std::string_view from, std::string_view to, std::string_view from_name,
                         std::string_view to_name, std::size_t size_limit_bytes) {
  if (from == to) return "";
  if (from.size() > size_limit_bytes || to.size() > size_limit_bytes) return std::string(too_large);
  const auto from_lines = lines_with_ends(from);
  const auto to_lines = lines_with_ends(to);
  std::unordered_map<std::string_view, std::size_t> numbers;
  const auto numbered = [&](const std::vector<std::string>& lines) {
    std::vector<std::size_t> out;
    for (const std::string& line : lines) out.push_back(numbers.try_emplace(line, numbers.size()).first->second);
    return out;
  };
  const auto from_numbers = numbered(from_lines);
  const auto blocks = matching_blocks(from_numbers, numbered(to_lines));
  if (!blocks) return std::string(too_large);
  Writer writer(from_lines, to_lines);
  const auto hunks = hunks_of(changes_between(*blocks));
  if (!hunks.empty()) writer.out = fmt::format("--- {}\n+++ {}\n", from_name, to_name);
  for (const auto& hunk : hunks) writer.write(hunk);
  return std::move(writer.out);
}

}  // namespace halite
