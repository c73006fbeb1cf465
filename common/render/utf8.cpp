#include "common/render/utf8.h"

#include <algorithm>
#include <clocale>
#include <cwctype>
#include <locale.h>

namespace halite::render::utf8 {
namespace {

bool continues(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count >= text.size()) return false;
  for (std::size_t i = 1; i <= count; ++i)
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return false;
  return true;
}

// The C library's tables of the built-in UTF-8 locale; the process locale is not touched.
locale_t unicode() {
  static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return locale;
}

}  // namespace

std::size_t length_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0 && continues(text, at, 1)) return 2;
  if (lead >= 0xE0 && lead < 0xF0 && continues(text, at, 2)) return 3;
  if (lead >= 0xF0 && lead < 0xF5 && continues(text, at, 3)) return 4;
  return 1;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t count(std::string_view text) {
  if (is_ascii(text)) return text.size();
  std::size_t total = 0;
  for (std::size_t at = 0; at < text.size(); at += length_at(text, at)) ++total;
  return total;
}

std::size_t offset(std::string_view text, std::size_t index) {
  if (is_ascii(text)) return std::min(index, text.size());
  std::size_t at = 0;
  for (; at < text.size() && index > 0; --index) at += length_at(text, at);
  return at;
}

char32_t decode(std::string_view text, std::size_t& at) {
  const std::size_t length = length_at(text, at);
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  char32_t code = 0;
  switch (length) {
    case 1: code = byte(0) < 0x80 ? byte(0) : U'\uFFFD'; break;
    case 2: code = ((byte(0) & 0x1F) << 6) | (byte(1) & 0x3F); break;
    case 3: code = ((byte(0) & 0x0F) << 12) | ((byte(1) & 0x3F) << 6) | (byte(2) & 0x3F); break;
    default:
      code = ((byte(0) & 0x07) << 18) | ((byte(1) & 0x3F) << 12) | ((byte(2) & 0x3F) << 6) | (byte(3) & 0x3F);
  }
  at += length;
  return code;
}

void append(std::string& text, char32_t code) {
  const auto put = [&](char32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) return put(0xC0 | (code >> 6)), put(0x80 | (code & 0x3F));
  if (code < 0x10000) return put(0xE0 | (code >> 12)), put(0x80 | ((code >> 6) & 0x3F)), put(0x80 | (code & 0x3F));
  put(0xF0 | (code >> 18));
  put(0x80 | ((code >> 12) & 0x3F));
  put(0x80 | ((code >> 6) & 0x3F));
  put(0x80 | (code & 0x3F));
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_at(text, at);
    parts.push_back(text.substr(at, length));
    at += length;
  }
  return parts;
}

char32_t to_upper(char32_t code) { return static_cast<char32_t>(towupper_l(static_cast<wint_t>(code), unicode())); }
char32_t to_lower(char32_t code) { return static_cast<char32_t>(towlower_l(static_cast<wint_t>(code), unicode())); }
bool is_upper(char32_t code) { return iswupper_l(static_cast<wint_t>(code), unicode()) != 0; }
bool is_lower(char32_t code) { return iswlower_l(static_cast<wint_t>(code), unicode()) != 0; }

bool is_alpha(char32_t code) {
  return iswalpha_l(static_cast<wint_t>(code), unicode()) != 0 && !is_decimal(code);
}

bool is_space(char32_t code) {
  if (code < 0x80) return code == ' ' || (code >= 9 && code <= 13) || (code >= 0x1C && code <= 0x1F);
  return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
         code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_printable(char32_t code) {
  if (code < 0x7F) return code >= 0x20;
  if (code < 0xA1 || code == 0xAD) return false;
  if (is_space(code) || (code >= 0xD800 && code <= 0xF8FF)) return false;
  if ((code >= 0x200B && code <= 0x200F) || (code >= 0x202A && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F))
    return false;
  if (code == 0xFEFF || (code >= 0xFFF0 && code <= 0xFFFB)) return false;
  return iswprint_l(static_cast<wint_t>(code), unicode()) != 0;
}

}  // namespace halite::render::utf8
