#include "common/data/regex_template.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

[[noreturn]] void bad_template(std::string_view text, std::string_view problem) {
  throw Error(ErrorKind::invalid, "bad replacement '{}': {}", text, problem);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

std::string utf8_of_byte(unsigned value) {
  if (value < 0x80) return std::string(1, static_cast<char>(value));
  return {static_cast<char>(0xC0 | value >> 6), static_cast<char>(0x80 | (value & 0x3F))};
}

// What \a, \n and so on stand for; nothing for another letter.
std::string_view simple_escape(char c) {
  switch (c) {
    case 'a': return "\a";
    case 'b': return "\b";
    case 'f': return "\f";
    case 'n': return "\n";
    case 'r': return "\r";
    case 't': return "\t";
    case 'v': return "\v";
    case '\\': return "\\";
    default: return {};
  }
}

std::size_t number_of(std::string_view name, const std::vector<std::pair<std::string, std::size_t>>& names,
                      std::string_view source) {
  if (const auto number = parse_int(name); number && *number >= 0) return static_cast<std::size_t>(*number);
  for (const auto& [known, number] : names)
    if (known == name) return number;
  bad_template(source, fmt::format("there is no group '{}'", name));
}

}  // namespace

void RegexTemplate::literal(std::string_view text) {
  if (parts_.empty() || parts_.back().group) parts_.emplace_back();
  parts_.back().text += text;
}

void RegexTemplate::group(std::size_t number, std::size_t group_count, std::string_view source) {
  if (number > group_count) bad_template(source, fmt::format("there is no group {}", number));
  if (parts_.empty() || parts_.back().group) parts_.emplace_back();
  parts_.back().group = number;
}

RegexTemplate::RegexTemplate(std::string_view text, std::size_t group_count,
                             const std::vector<std::pair<std::string, std::size_t>>& names) {
  const auto peek = [&](std::size_t at) { return at < text.size() ? text[at] : '\0'; };
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t slash = std::min(text.find('\\', at), text.size());
    literal(text.substr(at, slash - at));
    at = slash;
    if (at == text.size()) break;
    if (at + 1 == text.size()) bad_template(text, "it ends in a lone backslash");
    const char c = text[at + 1];
    if (c == 'g') {
      const std::size_t end = peek(at + 2) == '<' ? text.find('>', at) : std::string_view::npos;
      if (end == std::string_view::npos) bad_template(text, "\\g must be followed by <name>");
      group(number_of(text.substr(at + 3, end - at - 3), names, text), group_count, text);
      at = end + 1;
    } else if (c == '0' || (is_octal(c) && is_octal(peek(at + 2)) && is_octal(peek(at + 3)))) {
      unsigned value = 0;
      for (std::size_t digits = 0; digits < 3 && is_octal(peek(at + 1)); ++digits, ++at)
        value = value * 8 + static_cast<unsigned>(text[at + 1] - '0');
      if (value > 0377) bad_template(text, "an octal escape is above \\377");
      literal(utf8_of_byte(value));
      ++at;
    } else if (is_digit(c)) {
      const std::size_t digits = is_digit(peek(at + 2)) ? 2 : 1;
      group(static_cast<std::size_t>(*parse_int(text.substr(at + 1, digits))), group_count, text);
      at += 1 + digits;
    } else if (const std::string_view escape = simple_escape(c); !escape.empty()) {
      literal(escape);
      at += 2;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      bad_template(text, fmt::format("bad escape \\{}", c));
    } else {
      literal(text.substr(at, 2));
      at += 2;
    }
  }
}

void RegexTemplate::append_to(std::string& out, const RegexMatch& match) const {
  for (const Part& part : parts_) {
    out += part.text;
    if (part.group) out += match.group(*part.group).value_or("");
  }
}

}  // namespace halite
