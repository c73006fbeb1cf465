#include "common/data/yaml_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "common/base/strings.h"

namespace halite::yaml {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view digits_and_line = "0123456789_";

// Walks over a text; every step tells whether it found what it wanted.
class Scan {
 public:
  explicit Scan(std::string_view text) : rest_(text) {}

  bool one_of(std::string_view set) {
    if (rest_.empty() || set.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool maybe(std::string_view set) {
    one_of(set);
    return true;
  }
  bool many(std::string_view set) {  // none is fine
    while (one_of(set)) {
    }
    return true;
  }
  bool some(std::string_view set) { return one_of(set) && many(set); }
  bool times(std::string_view set, int count) {
    while (count-- > 0)
      if (!one_of(set)) return false;
    return true;
  }
  bool word(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool at_end() const { return rest_.empty(); }

  // (:[0-5]?[0-9])+ at the end of an integer, or before the point of a real.
  bool base_60_parts() {
    if (!base_60_part()) return false;
    while (base_60_part()) {
    }
    return true;
  }

 private:
  bool base_60_part() {
    if (rest_.size() >= 3 && rest_[0] == ':' && rest_[1] >= '0' && rest_[1] <= '5' && is_digit(rest_[2]))
      return rest_.remove_prefix(3), true;
    if (rest_.size() >= 2 && rest_[0] == ':' && is_digit(rest_[1])) return rest_.remove_prefix(2), true;
    return false;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view rest_;
};

template <std::size_t size>
bool is_one_of(std::string_view text, const std::array<std::string_view, size>& words) {
  return std::ranges::find(words, text) != words.end();
}

bool is_bool(std::string_view text) {
  constexpr std::array<std::string_view, 18> words{"yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE",
                                                   "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF"};
  return text.size() <= 5 && is_one_of(text, words);
}

bool is_null(std::string_view text) {
  constexpr std::array<std::string_view, 5> words{"", "~", "null", "Null", "NULL"};
  return text.size() <= 4 && is_one_of(text, words);
}

bool is_special_real(std::string_view text) {
  constexpr std::array<std::string_view, 3> not_a_number{".nan", ".NaN", ".NAN"};
  constexpr std::array<std::string_view, 3> infinite{".inf", ".Inf", ".INF"};
  if (is_one_of(text, not_a_number)) return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return is_one_of(text, infinite);
}

bool exponent_or_end(Scan scan) {
  if (scan.at_end()) return true;
  return scan.one_of("eE") && scan.one_of("+-") && scan.some(digits) && scan.at_end();
}

bool is_real(std::string_view text) {
  Scan plain(text);
  if (plain.maybe("+-") && plain.one_of(digits) && plain.many(digits_and_line) && plain.word(".") &&
      plain.many(digits_and_line) && exponent_or_end(plain))
    return true;
  Scan fraction(text);
  if (fraction.word(".") && fraction.one_of(digits) && fraction.many(digits_and_line) && exponent_or_end(fraction))
    return true;
  Scan base_60(text);
  if (base_60.maybe("+-") && base_60.one_of(digits) && base_60.many(digits_and_line) && base_60.base_60_parts() &&
      base_60.word(".") && base_60.many(digits_and_line) && base_60.at_end())
    return true;
  return is_special_real(text);
}

bool is_integer(std::string_view text) {
  Scan sign(text);
  sign.maybe("+-");
  const auto fits = [&](auto&& rule) {
    Scan scan = sign;
    return rule(scan) && scan.at_end();
  };
  return fits([](Scan& s) { return s.word("0b") && s.some("01_"); }) ||
         fits([](Scan& s) { return s.word("0") && s.some("01234567_"); }) ||
         fits([](Scan& s) { return s.word("0"); }) ||
         fits([](Scan& s) { return s.one_of("123456789") && s.many(digits_and_line); }) ||
         fits([](Scan& s) { return s.word("0x") && s.some("0123456789abcdefABCDEF_"); }) ||
         fits([](Scan& s) { return s.one_of("123456789") && s.many(digits_and_line) && s.base_60_parts(); });
}

bool is_timestamp(std::string_view text) {
  Scan day(text);
  if (day.times(digits, 4) && day.word("-") && day.times(digits, 2) && day.word("-") && day.times(digits, 2) &&
      day.at_end())
    return true;
  Scan full(text);
  const auto one_or_two = [&] { return full.one_of(digits) && full.maybe(digits); };
  const bool has_time = full.times(digits, 4) && full.word("-") && one_or_two() && full.word("-") && one_or_two() &&
                        (full.one_of("Tt") || full.some(" \t")) && one_or_two() && full.word(":") &&
                        full.times(digits, 2) && full.word(":") && full.times(digits, 2);
  if (!has_time) return false;
  if (full.word(".")) full.many(digits);
  if (full.at_end()) return true;
  full.many(" \t");
  if (full.word("Z")) return full.at_end();
  if (!full.one_of("+-") || !one_or_two()) return false;
  return full.at_end() || (full.word(":") && full.times(digits, 2) && full.at_end());
}

// Text without '_' and its sign, as every number is read.
struct Signed {
  std::string digits;
  bool is_negative = false;
};
Signed without_sign(std::string_view text) {
  Signed number;
  for (const char c : text)
    if (c != '_') number.digits += c;
  if (number.digits.starts_with('-') || number.digits.starts_with('+')) {
    number.is_negative = number.digits.front() == '-';
    number.digits.erase(0, 1);
  }
  return number;
}

// A whole number of any size, in limbs of nine decimal digits, lowest first.
class Decimal {
 public:
  void multiply_and_add(std::uint64_t factor, std::uint64_t digit) {
    for (std::uint64_t& limb : limbs_) {
      limb = limb * factor + digit;
      digit = limb / limb_size;
      limb %= limb_size;
    }
    for (; digit > 0; digit /= limb_size) limbs_.push_back(digit % limb_size);
  }
  // Beyond 64 bits: the digits as text print the same.
  Value value(bool is_negative) const {
    std::string text = is_negative && !limbs_.empty() ? "-" : "";
    text += limbs_.empty() ? "0" : std::to_string(limbs_.back());
    for (std::size_t i = limbs_.size(); i-- > 1;) text += fmt::format("{:09}", limbs_[i - 1]);
    if (const auto number = parse_int(text)) return *number;
    return text;
  }

 private:
  static constexpr std::uint64_t limb_size = 1'000'000'000;
  std::vector<std::uint64_t> limbs_;
};

// Python converts no more decimal digits than these.
constexpr std::size_t digits_limit = 4300;

std::optional<Value> large_in_base(std::string_view text, int base, bool is_negative) {
  if (text.size() > digits_limit) return std::nullopt;
  Decimal number;
  for (const char c : text) {
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    number.multiply_and_add(static_cast<std::uint64_t>(base), static_cast<std::uint64_t>(digit));
  }
  return number.value(is_negative);
}

std::optional<Value> in_base(std::string_view text, int base, bool is_negative) {
  text = trim(text);  // Python's int() looks past white space
  const std::string signed_text = (is_negative ? "-" : "") + std::string(text);
  std::int64_t value = 0;
  const char* end = signed_text.data() + signed_text.size();
  const auto [stop, problem] = std::from_chars(signed_text.data(), end, value, base);
  const bool is_whole = !text.empty() && text.front() != '-' && stop == end;
  if (!is_whole) return std::nullopt;
  if (problem == std::errc()) return Value(value);
  return large_in_base(text, base, is_negative);
}

std::optional<Value> large_base_60(const std::vector<std::string>& parts, bool is_negative) {
  Decimal number;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string& part = parts[i];
    // The first part alone can be long; what follows has two digits, unless a tag makes an integer of it.
    const bool is_number = !part.empty() && part.size() <= (i == 0 ? digits_limit : 18) && part.find_first_not_of(digits) == part.npos;
    if (!is_number || i > digits_limit) return std::nullopt;
    if (i > 0)
      number.multiply_and_add(60, std::stoull(part));
    else
      for (const char c : part) number.multiply_and_add(10, static_cast<std::uint64_t>(c - '0'));
  }
  return number.value(is_negative);
}

std::optional<Value> integer_base_60(std::string_view text, bool is_negative) {
  std::vector<std::string> parts = split(text, ':');
  for (std::string& part : parts) part = trim(part);
  std::int64_t value = 0;
  for (const std::string& part : parts) {
    const auto digit = parse_int(part);
    if (!digit || __builtin_mul_overflow(value, 60, &value) || __builtin_add_overflow(value, *digit, &value))
      return large_base_60(parts, is_negative);
  }
  return Value(is_negative ? -value : value);
}

std::optional<double> real_of(std::string_view text) {
  text = trim(text);
  double value = 0;
  const auto [stop, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || stop != text.data() + text.size()) return std::nullopt;
  if (problem == std::errc::result_out_of_range)
    return text.find("e-") == std::string_view::npos ? std::numeric_limits<double>::infinity() : 0.0;
  return problem == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace

Tag resolve_plain(std::string_view text) {
  if (is_null(text)) return Tag::null;
  constexpr std::string_view number_starts = "-+0123456789.";
  if (number_starts.find(text.front()) != std::string_view::npos) {
    if (is_real(text)) return Tag::real;
    if (is_integer(text)) return Tag::integer;
    return is_timestamp(text) ? Tag::timestamp : Tag::string;
  }
  if (is_bool(text)) return Tag::boolean;
  if (text == "<<") return Tag::merge;
  return text == "=" ? Tag::value : Tag::string;
}

std::optional<Value> to_bool(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "yes" || word == "true" || word == "on") return Value(true);
  if (word == "no" || word == "false" || word == "off") return Value(false);
  return std::nullopt;
}

std::optional<Value> to_integer(std::string_view text) {
  // Salt reads a leading zero as decimal, but only where no sign stands before it.
  if (text.starts_with('0') && !text.starts_with("0b") && !text.starts_with("0x")) {
    text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
    if (text.empty()) text = "0";
  }
  const Signed number = without_sign(text);
  const std::string_view body = number.digits;
  if (body.starts_with("0b")) return in_base(body.substr(2), 2, number.is_negative);
  if (body.starts_with("0x")) return in_base(body.substr(2), 16, number.is_negative);
  if (body.starts_with('0')) return in_base(body, 8, number.is_negative);
  if (body.find(':') != std::string_view::npos) return integer_base_60(body, number.is_negative);
  return in_base(body, 10, number.is_negative);
}

std::optional<Value> to_real(std::string_view text) {
  const Signed number = without_sign(to_lower(text));
  const double sign = number.is_negative ? -1.0 : 1.0;
  if (number.digits == ".inf") return Value(sign * std::numeric_limits<double>::infinity());
  if (number.digits == ".nan") return Value(std::numeric_limits<double>::quiet_NaN());
  std::vector<std::string> parts = split(number.digits, ':');
  std::ranges::reverse(parts);
  double value = 0;
  double base = 1;
  for (const std::string& part : parts) {
    const auto digit = real_of(part);
    if (!digit) return std::nullopt;
    value += *digit * base;
    base *= 60;
  }
  return Value(sign * value);
}

std::optional<Value> to_binary(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  std::string base64;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (alphabet.find(c) != std::string_view::npos) base64 += c;  // anything else is skipped, as Python does
  }
  auto bytes = from_base64(base64);
  if (!bytes) return std::nullopt;
  return Value(Bytes{std::move(*bytes)});
}

}  // namespace halite::yaml
