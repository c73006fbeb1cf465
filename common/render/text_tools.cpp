#include "common/render/text_tools.h"

#include <algorithm>

#include "common/render/utf8.h"

namespace halite::render {
namespace {

// Letters whose upper case is more than one letter. Python's title case keeps the rest of it small.
std::string_view long_upper(char32_t code) {
  switch (code) {
    case U'\u00DF': return "SS";
    case U'\u0149': return "\u02BCN";
    case U'\u01F0': return "J\u030C";
    case U'\uFB00': return "FF";
    case U'\uFB01': return "FI";
    case U'\uFB02': return "FL";
    case U'\uFB03': return "FFI";
    case U'\uFB04': return "FFL";
    case U'\uFB05': case U'\uFB06': return "ST";
    default: return "";
  }
}

// Letters of two have a form of their own at the beginning of a word; Georgian has none.
char32_t title_case(char32_t code) {
  if (code >= U'\u01C4' && code <= U'\u01CC') return code - (code - U'\u01C4') % 3 + 1;
  if (code >= U'\u01F1' && code <= U'\u01F3') return U'\u01F2';
  return code >= U'\u10D0' && code <= U'\u10FF' ? code : utf8::to_upper(code);
}

void append_title(std::string& out, char32_t code) {
  const std::string_view letters = long_upper(code);
  if (letters.empty()) return utf8::append(out, title_case(code));
  if (code == U'\u0149' || code == U'\u01F0') {
    out += letters;
    return;
  }
  out += letters[0];
  for (const char letter : letters.substr(1)) out += static_cast<char>(letter + ('a' - 'A'));
}

bool is_cased(char32_t code) { return utf8::is_upper(code) || utf8::is_lower(code); }

// A capital sigma at the end of a word has a small form of its own.
bool ends_word(std::string_view text, std::size_t start, std::size_t end) {
  std::size_t before = start;
  while (before > 0 && (static_cast<unsigned char>(text[--before]) & 0xC0) == 0x80) {}
  if (before == start || !is_cased(utf8::decode(text, before))) return false;
  return end >= text.size() || !is_cased(utf8::decode(text, end));
}

bool breaks_line(char32_t code) {
  return (code >= 0x0A && code <= 0x0D) || (code >= 0x1C && code <= 0x1E) || code == 0x85 || code == 0x2028 || code == 0x2029;
}

}  // namespace

void append_lower(std::string& out, std::string_view text, std::size_t start, std::size_t end, char32_t code) {
  if (code == U'\u0130')
    out += "i\u0307";
  else if (code == U'\u03A3' && ends_word(text, start, end))
    out += "\u03C2";
  else
    utf8::append(out, utf8::to_lower(code));
}

void append_upper(std::string& out, char32_t code) {
  const std::string_view letters = long_upper(code);
  if (letters.empty())
    utf8::append(out, utf8::to_upper(code));
  else
    out += letters;
}

std::string upper_text(std::string_view text) {
  std::string out;
  if (utf8::is_ascii(text)) {
    out = text;
    for (char& c : out)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    return out;
  }
  for (std::size_t at = 0; at < text.size();) append_upper(out, utf8::decode(text, at));
  return out;
}

std::string lower_text(std::string_view text) {
  std::string out;
  if (utf8::is_ascii(text)) {
    out = text;
    for (char& c : out)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
  }
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t code = utf8::decode(text, at);
    append_lower(out, text, start, at, code);
  }
  return out;
}

std::string casefolded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t code = utf8::decode(text, at);
    if (!long_upper(code).empty())
      out += lower_text(long_upper(code));
    else
      utf8::append(out, code == U'\u03C2' ? U'\u03C3' : utf8::to_lower(code));
  }
  return out;
}

std::string capitalized(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t code = utf8::decode(text, at);
    start == 0 ? append_title(out, code) : append_lower(out, text, start, at, code);
  }
  return out;
}

std::string title_text(std::string_view text) {
  std::string out;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t code = utf8::decode(text, at);
    in_word ? append_lower(out, text, start, at, code) : append_title(out, code);
    in_word = is_cased(code);
  }
  return out;
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
