// The format specifications both ways share: "08.3f" and "%08.3f".
#include "common/render/format.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "common/render/big_integer.h"
#include "common/render/format_specification.h"
#include "common/render/python.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

std::string exact(double value, char type, int precision, bool alternate) {
  const std::string form = fmt::format("%{}.*{}", alternate ? "#" : "", type);
  std::array<char, 512> small{};
  const int size = std::snprintf(small.data(), small.size(), form.c_str(), precision, value);
  if (size < static_cast<int>(small.size())) return {small.data(), static_cast<std::size_t>(size)};
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), form.c_str(), precision, value);
  text.pop_back();
  return text;
}

}  // namespace

std::string real_digits(double value, char type, int precision, bool alternate) {
  const char lower = static_cast<char>(type | 0x20);
  std::string text;
  if (std::isnan(value))
    text = "nan";
  else if (std::isinf(value))
    text = value < 0 ? "-inf" : "inf";
  else if (lower == '%')
    text = exact(value * 100, 'f', precision, alternate);
  else
    text = exact(value, lower, precision, alternate);
  return type >= 'A' && type <= 'Z' ? upper(text) : text;
}

std::string grouped(std::string digits, char separator, int group) {
  std::size_t end = digits.find_first_not_of("0123456789abcdefABCDEF");
  if (end == std::string::npos) end = digits.size();
  for (auto at = static_cast<std::ptrdiff_t>(end) - group; at > 0; at -= group) digits.insert(static_cast<std::size_t>(at), 1, separator);
  return digits;
}

std::string padded(std::string_view text, std::int64_t width, char align, std::string_view fill, const Limits& limits) {
  const std::int64_t missing = width - static_cast<std::int64_t>(utf8::count(text));
  if (missing <= 0) return std::string(text);
  if (static_cast<std::size_t>(missing) > limits.text_bytes) fail("the text is too long (limit {} bytes)", limits.text_bytes);
  const std::int64_t left = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  std::string out;
  for (std::int64_t i = 0; i < left; ++i) out += fill;
  out += text;
  for (std::int64_t i = left; i < missing; ++i) out += fill;
  return out;
}

namespace {

struct Specification {
  std::string fill = " ";
  char align = 0;
  char sign = 0;
  bool no_negative_zero = false;
  bool alternate = false;
  std::int64_t width = 0;
  char group = 0;
  std::optional<std::int64_t> precision;
  char type = 0;
};

std::int64_t read_digits(std::string_view text, std::size_t& at) {
  std::int64_t value = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    value = value * 10 + (text[at++] - '0');
    if (value > 1'000'000'000) fail("Too many decimal digits in format string");
  }
  return value;
}

Specification parse(std::string_view text, const Value& value) {
  Specification spec;
  std::size_t at = 0;
  const auto is_align = [](char c) { return c == '<' || c == '>' || c == '^' || c == '='; };
  if (!text.empty()) {
    const std::size_t first = utf8::length_at(text, 0);
    if (first < text.size() && is_align(text[first])) {
      spec.fill = text.substr(0, first);
      spec.align = text[first];
      at = first + 1;
    } else if (is_align(text[0])) {
      spec.align = text[at++];
    }
  }
  if (at < text.size() && (text[at] == '+' || text[at] == '-' || text[at] == ' ')) spec.sign = text[at++];
  if (at < text.size() && text[at] == 'z') spec.no_negative_zero = true, ++at;
  if (at < text.size() && text[at] == '#') spec.alternate = true, ++at;
  if (at < text.size() && text[at] == '0') {
    if (spec.align == 0) spec.fill = "0", spec.align = '=';
    ++at;
  }
  spec.width = read_digits(text, at);
  if (at < text.size() && (text[at] == ',' || text[at] == '_')) spec.group = text[at++];
  if (at < text.size() && text[at] == '.') {
    const std::size_t first = ++at;
    spec.precision = read_digits(text, at);
    if (at == first) fail("Format specifier missing precision");
  }
  if (at < text.size()) spec.type = text[at++];
  if (at < text.size()) fail("Invalid format specifier '{}' for object of type '{}'", text, python_type(value));
  return spec;
}

// `group`: digits between two separators, where one is asked for. Zeros that fill the field are grouped like the rest.
std::string with_sign(bool negative, std::string prefix, std::string digits, const Specification& spec, int group, const Limits& limits) {
  const std::string sign = negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
  if (spec.group && spec.align == '=' && spec.fill == "0") {
    const std::size_t whole = std::min(digits.find_first_not_of("0123456789abcdefABCDEF"), digits.size());
    const auto room = spec.width - static_cast<std::int64_t>(sign.size() + prefix.size() + digits.size() - whole);
    std::int64_t count = room - room / (group + 1);  // so many of them are digits, and no separator leads
    if (room > 0 && room % (group + 1) == 0) ++count;
    digits = padded(digits, count + static_cast<std::int64_t>(digits.size() - whole), '>', "0", limits);
  }
  if (spec.group) digits = grouped(std::move(digits), spec.group, group);
  if (spec.align != '=') return padded(sign + prefix + digits, spec.width, spec.align ? spec.align : '>', spec.fill, limits);
  const auto used = static_cast<std::int64_t>(sign.size() + prefix.size());
  return sign + prefix + padded(digits, spec.width - used, '>', spec.fill, limits);
}

[[noreturn]] void unknown_code(const Specification& spec, const Value& value) {
  fail("Unknown format code '{}' for object of type '{}'", spec.type, python_type(value));
}

std::string format_real(double value, const Specification& spec, const Value& original, const Limits& limits) {
  const bool negative = std::signbit(value) && !std::isnan(value);
  const double magnitude = std::abs(value);
  const auto precision = static_cast<int>(std::min<std::int64_t>(spec.precision.value_or(6), 5000));
  std::string digits;
  switch (spec.type) {
    case 0: {
      if (!spec.precision) {
        digits = real_text(magnitude);
        break;
      }
      digits = real_digits(magnitude, 'g', std::max(precision, 1), false);
      if (digits.find_first_of(".en") == std::string::npos) digits += ".0";
      break;
    }
    case 'e': case 'E': case 'f': case 'F': digits = real_digits(magnitude, spec.type, precision, spec.alternate); break;
    case 'g': case 'G': case 'n': digits = real_digits(magnitude, spec.type == 'n' ? 'g' : spec.type, precision == 0 ? 1 : precision, spec.alternate); break;
    case '%': digits = real_digits(magnitude * 100, 'f', precision, spec.alternate) + "%"; break;
    default: unknown_code(spec, original);
  }
  const bool is_zero = spec.no_negative_zero && digits.find_first_of("123456789in") == std::string::npos;
  return with_sign(negative && !is_zero, "", std::move(digits), spec, 3, limits);
}

std::string format_integer(const Value& value, const Specification& spec, const Limits& limits) {
  if (spec.no_negative_zero) fail("Negative zero coercion (z) not allowed in format specifier with integer");
  if (spec.group == ',' && spec.type && spec.type != 'd') fail("Cannot specify ',' with '{}'.", spec.type);
  if (spec.precision) fail("Precision not allowed in integer format specifier");
  int base = 10;
  std::string prefix;
  switch (spec.type) {
    case 0: case 'd': case 'n': break;
    case 'b': base = 2; prefix = "0b"; break;
    case 'o': base = 8; prefix = "0o"; break;
    case 'x': case 'X': base = 16; prefix = "0x"; break;
    case 'c': {
      std::string text;
      if (is_big(value) || integer_to_double(value) < 0 || integer_to_double(value) > 0x10FFFF) fail("%c arg not in range(0x110000)");
      utf8::append(text, static_cast<char32_t>(integer_to_double(value)));
      return padded(text, spec.width, spec.align ? spec.align : '<', spec.fill, limits);
    }
    default: unknown_code(spec, value);
  }
  std::string digits = integer_text(value, base);
  const bool negative = digits[0] == '-';
  if (negative) digits.erase(0, 1);
  if (spec.type == 'X') digits = upper(std::move(digits)), prefix = "0X";
  return with_sign(negative, spec.alternate ? prefix : "", std::move(digits), spec, base == 10 ? 3 : 4, limits);
}

}  // namespace

std::string format_value(const Value& value, std::string_view specification, const Limits& limits) {
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  if (specification.empty()) return str(value);
  if (value.is_real()) return format_real(*value.if_real(), parse(specification, value), value, limits);
  if (is_integer(value)) {
    const Specification spec = parse(specification, value);
    if (std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos && spec.type)
      return format_real(integer_to_double(value), spec, value, limits);
    return format_integer(value.is_bool() ? Value(static_cast<std::int64_t>(*value.if_bool())) : value, spec, limits);
  }
  const std::string* text = if_text(value);
  if (!text) fail("unsupported format string passed to {}.__format__", python_type(value));
  const Specification spec = parse(specification, value);
  if (spec.type && spec.type != 's') unknown_code(spec, value);
  if (spec.align == '=' && spec.fill != "0") fail("'=' alignment not allowed in string format specifier");
  if (spec.group) fail("Cannot specify '{}' with 's'.", spec.group);
  if (spec.no_negative_zero) fail("Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alternate) fail("Alternate form (#) not allowed in string format specifier");
  if (spec.sign) fail("Sign not allowed in string format specifier");
  std::string_view shown = *text;
  if (spec.precision) shown = shown.substr(0, utf8::offset(shown, static_cast<std::size_t>(*spec.precision)));
  return padded(shown, spec.width, spec.align && spec.align != '=' ? spec.align : '<', spec.fill, limits);
}

}  // namespace halite::render
