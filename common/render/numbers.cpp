#include "common/render/numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "common/base/strings.h"
#include "common/render/arithmetic.h"
#include "common/render/big_integer.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// Single underscores between digits go; any other underscore makes it no number.
std::optional<std::string> without_underscores(std::string_view text) {
  if (!utf8::is_ascii(text)) {
    const std::string plain = utf8::ascii_digits(text);
    return utf8::is_ascii(plain) ? without_underscores(plain) : std::nullopt;
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
      continue;
    }
    const auto alphanumeric = [&](std::size_t at) { return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])); };
    if (i == 0 || !alphanumeric(i - 1) || !alphanumeric(i + 1)) return std::nullopt;
  }
  return out;
}

}  // namespace

std::optional<Value> integer_from_text(std::string_view text, int base) {
  if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
  const auto clean = without_underscores(stripped(text, std::nullopt, true, true));
  if (!clean || clean->empty()) return std::nullopt;
  std::string_view digits = *clean;
  const bool negative = digits[0] == '-';
  if (negative || digits[0] == '+') digits.remove_prefix(1);
  if (digits.size() > 2 && digits[0] == '0') {
    const char letter = static_cast<char>(digits[1] | 0x20);
    const int prefixed = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (prefixed != 0 && (base == 0 || base == prefixed)) {
      base = prefixed;
      digits.remove_prefix(2);
    }
  }
  if (base == 0) {
    if (digits.size() > 1 && digits[0] == '0' && digits.find_first_not_of('0') != std::string_view::npos) return std::nullopt;
    base = 10;
  }
  if (digits.empty() || digits[0] == '-' || digits[0] == '+') return std::nullopt;
  return parse_integer((negative ? "-" : "") + std::string(digits), base);
}

std::optional<double> real_from_text(std::string_view text) {
  const auto clean = without_underscores(stripped(text, std::nullopt, true, true));
  if (!clean || clean->empty()) return std::nullopt;
  const std::string lower = to_lower(*clean);
  std::string_view bare = lower;
  if (bare[0] == '-' || bare[0] == '+') bare.remove_prefix(1);
  const double sign = lower[0] == '-' ? -1 : 1;
  if (bare == "inf" || bare == "infinity") return sign * INFINITY;
  if (bare == "nan") return std::nan("");
  if (bare.empty() || bare.find_first_not_of("0123456789.e+-") != std::string_view::npos) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(clean->c_str(), &end);
  return end == clean->c_str() + clean->size() ? std::optional(value) : std::nullopt;
}

double round_real(double value, std::int64_t digits) {
  if (!std::isfinite(value) || digits > 323) return value;
  if (digits < -309) return std::copysign(0.0, value);
  if (digits >= 0) {
    // The C library rounds the exact binary value half to even in decimal, as Python does.
    std::array<char, 700> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", static_cast<int>(digits), value);
    return std::strtod(buffer.data(), nullptr);
  }
  const double scale = std::pow(10.0, static_cast<double>(-digits));
  return std::nearbyint(value / scale) * scale;
}

Value round_integer(const Value& value, std::int64_t digits) {
  if (digits >= 0) return value;
  const Limits limits;
  const Value scale = compute(Operator::power, 10, -digits, limits);
  const Value rest = compute(Operator::modulo, value, scale, limits);
  const Value down = compute(Operator::subtract, value, rest, limits);
  const Value twice = compute(Operator::multiply, rest, 2, limits);
  const int order = compare_integers(twice, scale);
  const bool is_odd = compare_integers(compute(Operator::modulo, compute(Operator::floor_divide, down, scale, limits), 2, limits), 1) == 0;
  return order > 0 || (order == 0 && is_odd) ? compute(Operator::add, down, scale, limits) : down;
}

}  // namespace halite::render
