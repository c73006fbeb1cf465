#include "common/render/text_tools.h"

#include <algorithm>

#include "common/render/utf8.h"

namespace halite::render {
namespace {

template <class Change>
std::string changed(std::string_view text, const Change& change) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) utf8::append(out, change(utf8::decode(text, at)));
  return out;
}

bool breaks_line(char32_t code) {
  return (code >= 0x0A && code <= 0x0D) || (code >= 0x1C && code <= 0x1E) || code == 0x85 || code == 0x2028 || code == 0x2029;
}

}  // namespace

std::string upper_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8::decode(text, at);
    if (code == U'ß')
      out += "SS";
    else
      utf8::append(out, utf8::to_upper(code));
  }
  return out;
}

std::string lower_text(std::string_view text) { return changed(text, utf8::to_lower); }

std::string capitalized(std::string_view text) {
  bool first = true;
  return changed(text, [&](char32_t code) {
    const char32_t result = first ? utf8::to_upper(code) : utf8::to_lower(code);
    first = false;
    return result;
  });
}

std::string title_text(std::string_view text) {
  bool in_word = false;
  return changed(text, [&](char32_t code) {
    const char32_t result = in_word ? utf8::to_lower(code) : utf8::to_upper(code);
    in_word = utf8::is_upper(code) || utf8::is_lower(code);
    return result;
  });
}

std::string_view stripped(std::string_view text, std::optional<std::string_view> characters, bool left, bool right) {
  const auto goes = [&](std::size_t at, std::size_t& length) {
    length = utf8::length_at(text, at);
    if (characters) return characters->find(text.substr(at, length)) != std::string_view::npos;
    std::size_t position = at;
    return utf8::is_space(utf8::decode(text, position));
  };
  std::size_t length = 0;
  while (left && !text.empty() && goes(0, length)) text.remove_prefix(length);
  while (right && !text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0) == 0x80) --last;
    if (!goes(last, length)) break;
    text.remove_suffix(text.size() - last);
  }
  return text;
}

std::string replaced(std::string_view text, std::string_view from, std::string_view to, std::int64_t count) {
  std::string out;
  if (from.empty()) {
    for (const std::string_view character : utf8::characters(text)) {
      if (count != 0) out += to, --count;
      out += character;
    }
    return count != 0 ? out += to : out;
  }
  std::size_t at = 0;
  for (; count != 0; --count) {
    const std::size_t found = text.find(from, at);
    if (found == std::string_view::npos) break;
    out += text.substr(at, found - at);
    out += to;
    at = found + from.size();
  }
  return out += text.substr(at);
}

std::vector<std::string> split_lines_python(std::string_view text, bool keep_ends) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = at;
    const char32_t code = utf8::decode(text, at);
    if (!breaks_line(code)) continue;
    if (code == '\r' && at < text.size() && text[at] == '\n') ++at;
    lines.emplace_back(text.substr(start, (keep_ends ? at : end) - start));
    start = at;
  }
  if (start < text.size()) lines.emplace_back(text.substr(start));
  return lines;
}

std::string centered(std::string_view text, std::int64_t width, std::string_view fill) {
  const auto size = static_cast<std::int64_t>(utf8::count(text));
  const std::int64_t missing = width - size;
  if (missing <= 0) return std::string(text);
  const std::int64_t left = missing / 2 + (missing & width & 1);
  std::string out;
  for (std::int64_t i = 0; i < left; ++i) out += fill;
  out += text;
  for (std::int64_t i = left; i < missing; ++i) out += fill;
  return out;
}

Value same_text(const Value& like, std::string text) {
  return like.is_string() ? Value(std::move(text)) : make_markup(std::move(text));
}

}  // namespace halite::render
