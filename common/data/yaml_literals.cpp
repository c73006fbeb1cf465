#include "common/data/yaml_literals.h"

#include <algorithm>

namespace halite::yaml {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_key_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' || c == '-';
}

bool is_plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// What a line of a block is: "- - key: value". Columns count from 0.
struct Line {
  bool is_blank = false;      // or a comment
  std::size_t indent = 0;     // of its first dash or key
  std::size_t innermost = 0;  // of its last dash or key
  std::string_view value;
};

// A value that ends with its line, whatever follows; text that may go on is told by the next line.
bool ends_in_line(std::string_view value) {
  const std::string_view inner = value.substr(1, value.size() - 2);
  switch (value.front()) {
    case '\'': return value.size() > 1 && value.back() == '\'' && inner.find('\'') == npos;
    case '"': return value.size() > 1 && value.back() == '"' && inner.find_first_of("\"\\") == npos;
    case '[': return value.back() == ']' && inner.find_first_of("[]{}'\"#:&*!|>%@`?") == npos;
    default:  // a key may be hidden in it: "- a b: |"
      return std::string_view("|>{}],&*!%@`?:#").find(value.front()) == npos && value.find(": ") == npos && value.back() != ':';
  }
}

// Nothing: not sure what it is.
std::optional<Line> parse(std::string_view text) {
  if (!is_plain_ascii(text)) return std::nullopt;
  Line line;
  std::size_t at = text.find_first_not_of(' ');
  line.is_blank = at == npos || text[at] == '#';
  if (line.is_blank) return line;
  line.indent = at;
  bool is_known = false;
  while (text[at] == '-' && (at + 1 == text.size() || text[at + 1] == ' ')) {
    line.innermost = at;
    is_known = true;
    at = text.find_first_not_of(' ', at + 1);
    if (at == npos) return line;
  }
  const std::size_t start = at;
  while (at < text.size() && is_key_letter(text[at])) ++at;
  if (at > start && at < text.size() && text[at] == ':' && (at + 1 == text.size() || text[at + 1] == ' ')) {
    if (text[start] == '-' || at - start > 1000) return std::nullopt;
    line.innermost = start;
    is_known = true;
    at = text.find_first_not_of(' ', at + 1);
    if (at == npos) return line;
  } else {
    at = start;
  }
  if (!is_known) return std::nullopt;
  line.value = text.substr(at, text.find_last_not_of(' ') + 1 - at);
  return line;
}

class Cutter {
 public:
  explicit Cutter(std::string_view text) : rest_(text) { out_.text.reserve(text.size() / 2); }

  std::optional<WithoutLiterals> run() {
    std::size_t deepest = npos;  // the column that the next line must not go beyond
    while (!rest_.empty()) {
      const std::string_view text = take();
      keep(text);
      const auto line = parse(text);
      if (!line) return std::nullopt;
      if (line->is_blank) continue;
      if (line->indent > deepest) return std::nullopt;
      deepest = npos;
      if (line->value.empty()) continue;
      deepest = line->innermost;
      const bool is_block = line->value.front() == '|' || line->value.front() == '>';
      if (!is_block && !ends_in_line(line->value)) return std::nullopt;
      if (is_block && !block(line->value, line->innermost)) return std::nullopt;
    }
    if (out_.literals.empty()) return std::nullopt;
    out_.lines.push_back(number_ + 1);
    return std::move(out_);
  }

 private:
  std::string_view take() {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    ended_ = end != npos;
    rest_.remove_prefix(ended_ ? end + 1 : rest_.size());
    ++number_;
    return line;
  }
  void keep(std::string_view line) {
    out_.lines.push_back(number_);
    out_.text += line;
    if (ended_) out_.text += '\n';
  }

  // What stands behind "|" or ">" and the block below it.
  bool block(std::string_view header, std::size_t column) {
    const bool is_literal = header[0] == '|';
    const char chomping = header.size() > 1 ? header[1] : ' ';
    if (header.size() > 2 || (header.size() == 2 && chomping != '-' && chomping != '+')) return false;
    const std::uint32_t line = number_;
    std::string content;
    content.reserve(512);
    std::size_t indent = 0;
    while (!rest_.empty()) {
      const std::string_view ahead = rest_.substr(0, rest_.find('\n'));
      const std::size_t first = ahead.find_first_not_of(' ');
      if (indent == 0 && first != npos) {
        if (first <= column || first < widest_blank_) return false;
        indent = first;
        widest_blank_ = 0;
      } else if (indent == 0) {
        widest_blank_ = std::max(widest_blank_, ahead.size());
      } else if (first != npos && first < indent) {
        break;
      }
      const bool is_first = first != npos && first == indent && !has_stand_in_;
      take();
      if (!is_plain_ascii(ahead)) return false;
      if (ahead.size() > indent && indent > 0) content += ahead.substr(indent);
      if (ended_) content += '\n';
      if (!is_literal)
        keep(ahead);
      else if (is_first)
        keep(std::string(indent, ' ') + "x");
      has_stand_in_ |= is_first;
    }
    widest_blank_ = 0;
    has_stand_in_ = false;
    if (indent == 0) return false;
    if (!is_literal) return true;
    if (chomping != '+') {
      const std::size_t end = content.find_last_not_of('\n') + 1;
      content.resize(std::min(content.size(), end + (chomping == '-' ? 0 : 1)));
    }
    out_.literals.emplace(line, std::move(content));
    return true;
  }

  std::string_view rest_;
  WithoutLiterals out_;
  std::uint32_t number_ = 0;  // of the line taken last
  bool ended_ = false;        // it had an end
  std::size_t widest_blank_ = 0;
  bool has_stand_in_ = false;
};

}  // namespace

std::optional<WithoutLiterals> cut_literals(std::string_view text) {
  if (text.find("|\n") == npos && text.find("|-\n") == npos && text.find("|+\n") == npos) return std::nullopt;
  return Cutter(text).run();
}

}  // namespace halite::yaml
