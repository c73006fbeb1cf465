#include "common/render/lexer_literals.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "common/base/strings.h"
#include "common/render/big_integer.h"
#include "common/render/failure.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

bool digit_of(char c, int base) {
  if (base == 16) return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  return c >= '0' && c < '0' + base;
}

// Digits with single underscores between them; the end, or `at` when there are none.
std::size_t digits(std::string_view source, std::size_t at, int base) {
  std::size_t end = at;
  while (end < source.size()) {
    if (digit_of(source[end], base))
      ++end;
    else if (source[end] == '_' && end > at && end + 1 < source.size() && digit_of(source[end + 1], base))
      ++end;
    else
      break;
  }
  return end;
}

std::string without_underscores(std::string_view text) {
  std::string out(text);
  std::erase(out, '_');
  return out;
}

std::size_t exponent(std::string_view source, std::size_t at) {
  if (at >= source.size() || (source[at] != 'e' && source[at] != 'E')) return at;
  std::size_t first = at + 1;
  if (first < source.size() && (source[first] == '+' || source[first] == '-')) ++first;
  const std::size_t end = digits(source, first, 10);
  return end == first ? at : end;
}

// A float needs a fraction or an exponent, and no dot right before it ("a.1.2" are two lookups).
std::size_t real_end(std::string_view source, std::size_t at) {
  if (at > 0 && source[at - 1] == '.') return at;
  const std::size_t whole = digits(source, at, 10);
  if (whole == at) return at;
  std::size_t fraction = whole;
  if (whole + 1 < source.size() && source[whole] == '.' && digit(source[whole + 1]))
    fraction = digits(source, whole + 1, 10);
  const std::size_t end = exponent(source, fraction);
  return end == whole ? at : end;
}

bool read_based(std::string_view source, std::size_t& at, Token& token) {
  if (at + 2 >= source.size() || source[at] != '0') return false;
  const char letter = static_cast<char>(source[at + 1] | 0x20);
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  if (base == 0) return false;
  std::size_t first = at + 2;
  if (source[first] == '_') ++first;
  const std::size_t end = digits(source, first, base);
  if (end == first) return false;
  token.type = TokenType::integer;
  token.number = parse_integer(without_underscores(source.substr(first, end - first)), base).value();
  at = end;
  return true;
}

int hex_value(char c) {
  if (digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// \xHH, \uHHHH, \UHHHHHHHH: exactly `count` digits.
void append_code(std::string& out, std::string_view text, std::size_t& at, std::size_t count) {
  char32_t code = 0;
  for (std::size_t i = 0; i < count; ++i, ++at) {
    const int value = at < text.size() ? hex_value(text[at]) : -1;
    if (value < 0) fail_syntax(0, "truncated \\{} escape in a string", count == 2 ? "xXX" : "uXXXX");
    code = code * 16 + static_cast<char32_t>(value);
  }
  if (code > 0x10FFFF) fail_syntax(0, "illegal Unicode character in a string");
  utf8::append(out, code);
}

void append_octal(std::string& out, std::string_view text, std::size_t& at) {
  char32_t code = 0;
  for (int i = 0; i < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i, ++at)
    code = code * 8 + static_cast<char32_t>(text[at] - '0');
  utf8::append(out, code);
}

void append_escape(std::string& out, std::string_view text, std::size_t& at) {
  static constexpr std::string_view letters = "abfnrtv\\'\"";
  static constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"";
  const char c = text[at];
  if (const std::size_t i = letters.find(c); i != std::string_view::npos) {
    out += meanings[i];
    ++at;
  } else if (c == '\n') {
    ++at;
  } else if (c >= '0' && c <= '7') {
    append_octal(out, text, at);
  } else if (c == 'x' || c == 'u' || c == 'U') {
    append_code(out, text, ++at, c == 'x' ? 2 : c == 'u' ? 4 : 8);
  } else {
    out += '\\';
    // Jinja has written what is not ASCII as an escape by now, and this backslash makes plain text of it.
    if (static_cast<unsigned char>(c) < 0x80) return;
    const char32_t code = utf8::decode(text, at);
    out += code < 0x100     ? fmt::format("x{:02x}", static_cast<unsigned>(code))
           : code < 0x10000 ? fmt::format("u{:04x}", static_cast<unsigned>(code))
                            : fmt::format("U{:08x}", static_cast<unsigned>(code));
  }
}

std::string unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    append_escape(out, text, ++at);
  }
  return out;
}

}  // namespace

bool read_number(std::string_view source, std::size_t& at, Token& token) {
  if (!digit(source[at])) return false;
  if (const std::size_t end = real_end(source, at); end > at) {
    const std::string text = without_underscores(source.substr(at, end - at));
    double value = 0;
    // Too large is infinity and too small is zero, as in Python.
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) value = std::strtod(text.c_str(), nullptr);
    token.type = TokenType::real;
    token.number = value;
    at = end;
    return true;
  }
  if (read_based(source, at, token)) return true;
  // A leading zero stands alone: "010" is the number 0 and then the number 10.
  const std::size_t end = source[at] == '0' ? source.find_first_not_of("0_", at) : digits(source, at, 10);
  const std::size_t stop = std::min(end, source.size());
  token.type = TokenType::integer;
  token.number = parse_integer(without_underscores(source.substr(at, stop - at)), 10).value();
  at = stop;
  return true;
}

bool read_name(std::string_view source, std::size_t& at, Token& token) {
  std::size_t end = at;
  while (end < source.size()) {
    std::size_t next = end;
    const char32_t code = utf8::decode(source, next);
    const bool fits = code == '_' || (code < 0x80 ? digit(static_cast<char>(code)) || (code | 0x20) - 'a' < 26
                                                  : utf8::is_alpha(code));
    if (!fits) break;
    end = next;
  }
  if (end == at) return false;
  token.type = TokenType::name;
  token.text = std::string(source.substr(at, end - at));
  at = end;
  return true;
}

bool read_string(std::string_view source, std::size_t& at, Token& token, const std::string& newline) {
  const char quote = source[at];
  if (quote != '\'' && quote != '"') return false;
  std::size_t end = at + 1;
  while (end < source.size() && source[end] != quote) end += source[end] == '\\' ? 2 : 1;
  if (end >= source.size()) return false;
  token.type = TokenType::string;
  const std::string_view raw = source.substr(at + 1, end - at - 1);
  token.text = newline == "\n" ? unescaped(raw) : unescaped(replace_all(std::string(raw), "\n", newline));
  at = end + 1;
  return true;
}

}  // namespace halite::render
