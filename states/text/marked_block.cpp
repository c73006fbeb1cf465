#include "states/text/marked_block.h"

#include <algorithm>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/regex.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

using Lines = std::vector<std::string>;

std::string line_end_of(const Lines& lines) {
  return !lines.empty() && lines.front().ends_with("\r\n") ? "\r\n" : "\n";
}

// The content and the end marker, each line with its end.
void add_content(Lines& lines, const MarkedBlock& block, const std::string& end_marker, const std::string& line_end) {
  const std::string last = std::string(strip_right(end_marker, "\r\n")) + line_end;
  const Lines content = split(replace_all(block.content, "\r\n", "\n"), '\n');
  for (std::size_t i = 0; i + 1 < content.size(); ++i) lines.push_back(content[i] + line_end);
  if (block.append_newline.value_or(!block.content.ends_with('\n'))) {
    lines.push_back(content.back() + line_end);
    lines.push_back(last);
  } else {
    lines.push_back(content.back() + last);
  }
}

Lines new_block(const MarkedBlock& block, const std::string& line_end) {
  Lines lines{block.marker_start + line_end};
  add_content(lines, block, block.marker_end, line_end);
  return lines;
}

// Nothing when there is no block.
std::optional<Lines> with_blocks_replaced(const Lines& lines, const MarkedBlock& block, const std::string& line_end) {
  Lines result;
  bool is_inside = false, has_block = false;
  for (const auto& line : lines) {
    if (line.find(block.marker_start) != std::string::npos) {
      is_inside = true;
      result.push_back(line);
      continue;
    }
    if (!is_inside) {
      result.push_back(line);
      continue;
    }
    const std::size_t end = line.find(block.marker_end);
    if (end == std::string::npos) continue;
    is_inside = false;
    has_block = true;
    add_content(result, block, line.substr(end), line_end);
  }
  if (is_inside) throw Error(ErrorKind::invalid, "Unterminated marked block. End of file reached before marker_end.");
  return has_block ? std::optional(result) : std::nullopt;
}

std::optional<std::ptrdiff_t> first_match(const Lines& lines, const std::string& expression) {
  const Regex regex = Regex::compile(expression, {.bytes = true});
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const auto& line) { return regex.search(line); });
  return found == lines.end() ? std::nullopt : std::optional(found - lines.begin());
}

}  // namespace

std::string replace_block(const std::string& text, const MarkedBlock& block) {
  const int places = block.append_if_not_found + block.prepend_if_not_found + !block.insert_before_match.empty() +
                     !block.insert_after_match.empty();
  if (places > 1)
    throw Error(ErrorKind::invalid,
                "Only one of append_if_not_found, prepend_if_not_found, insert_before_match, and insert_after_match is "
                "permitted");
  if (block.marker_start.empty() || block.marker_end.empty())
    throw Error(ErrorKind::invalid, "a marker of a block may not be empty");
  Lines lines = lines_with_ends(text);
  const std::string line_end = line_end_of(lines);
  if (const auto replaced = with_blocks_replaced(lines, block, line_end)) return join(*replaced, "");
  const std::string made = join(new_block(block, line_end), "");
  if (block.prepend_if_not_found) return made + text;
  if (block.append_if_not_found) return text + (text.empty() || text.ends_with(line_end) ? "" : line_end) + made;
  const bool is_before = !block.insert_before_match.empty();
  if (is_before || !block.insert_after_match.empty()) {
    if (const auto at = first_match(lines, is_before ? block.insert_before_match : block.insert_after_match)) {
      if (!is_before && !lines[static_cast<std::size_t>(*at)].ends_with('\n'))
        lines[static_cast<std::size_t>(*at)] += line_end;
      lines.insert(lines.begin() + *at + (is_before ? 0 : 1), made);
      return join(lines, "");
    }
  }
  throw Error(ErrorKind::invalid, "Cannot edit marked block. Markers were not found in file.");
}

}  // namespace halite::states
