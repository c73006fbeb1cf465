#include "common/render/big_integer.h"

#include <cmath>
#include <limits>

#include <boost/multiprecision/cpp_int.hpp>

#include "common/render/failure.h"

namespace halite::render {
namespace {

using Integer = boost::multiprecision::cpp_int;
constexpr std::size_t bits_limit = 200'000;

class Held final : public BigInteger {
 public:
  explicit Held(Integer value) : value_(std::move(value)) {}
  std::string to_string() const override { return value_.str(); }
  double to_double() const override { return value_.convert_to<double>(); }
  bool equals(const Object& other) const override {
    const auto* held = dynamic_cast<const Held*>(&other);
    return held && held->value_ == value_;
  }
  std::size_t hash() const override { return std::hash<std::string>()(value_.str()); }
  const Integer& value() const { return value_; }

 private:
  Integer value_;
};

Integer integer(const Value& value) {
  if (const auto* number = value.if_int()) return *number;
  if (const auto* truth = value.if_bool()) return *truth ? 1 : 0;
  if (const auto* held = dynamic_cast<const Held*>(value.if_object())) return held->value();
  fail("must be real number, not {}", value.type_name());
}

Value held(const Integer& value) {
  if (value >= std::numeric_limits<std::int64_t>::min() && value <= std::numeric_limits<std::int64_t>::max())
    return value.convert_to<std::int64_t>();
  if (msb(abs(value)) > bits_limit) fail("the integer is too large (limit {} bits)", bits_limit);
  return Value(std::shared_ptr<const Object>(std::make_shared<Held>(value)));
}

Integer floor_quotient(const Integer& left, const Integer& right) {
  Integer quotient = left / right;
  if (left % right != 0 && (left < 0) != (right < 0)) --quotient;
  return quotient;
}

Integer power(const Integer& base, const Integer& exponent) {
  const Integer magnitude = abs(base);
  if (magnitude <= 1) {
    if (base == 0) return exponent == 0 ? 1 : 0;
    return base == 1 || exponent % 2 == 0 ? 1 : -1;
  }
  if (exponent > bits_limit || msb(magnitude) * exponent > bits_limit)
    fail("the integer is too large (limit {} bits)", bits_limit);
  return pow(base, exponent.convert_to<unsigned>());
}

}  // namespace

std::optional<Value> parse_integer(std::string_view digits, int base) {
  bool negative = false;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
    negative = digits[0] == '-';
    digits.remove_prefix(1);
  }
  if (digits.empty() || digits.size() > 10'000) return std::nullopt;
  std::int64_t small = 0;
  Integer large;
  bool is_small = true;
  for (const char c : digits) {
    const int letter = (c | 0x20) - 'a';
    const int digit = c >= '0' && c <= '9' ? c - '0' : letter >= 0 && letter < 26 ? letter + 10 : 99;
    if (digit >= base) return std::nullopt;
    if (is_small && small > (std::numeric_limits<std::int64_t>::max() - digit) / base) {
      is_small = false;
      large = small;
    }
    if (is_small)
      small = small * base + digit;
    else
      large = large * base + digit;
  }
  if (is_small) return Value(negative ? -small : small);
  return held(negative ? Integer(-large) : large);
}

Value calculate(IntegerOperation operation, const Value& left, const Value& right) {
  const Integer a = integer(left);
  const Integer b = integer(right);
  switch (operation) {
    case IntegerOperation::add: return held(a + b);
    case IntegerOperation::subtract: return held(a - b);
    case IntegerOperation::multiply: return held(a * b);
    case IntegerOperation::floor_divide:
      if (b == 0) fail("integer division or modulo by zero");
      return held(floor_quotient(a, b));
    case IntegerOperation::modulo:
      if (b == 0) fail("integer modulo by zero");
      return held(a - floor_quotient(a, b) * b);
    case IntegerOperation::power: return held(power(a, b));
  }
  return {};
}

int compare_integers(const Value& left, const Value& right) { return integer(left).compare(integer(right)); }

std::string integer_text(const Value& value, int base) {
  if (base == 10) {
    if (const auto* number = value.if_int()) return std::to_string(*number);
    return integer(value).str();
  }
  Integer rest = abs(integer(value));
  std::string text;
  do {
    text += "0123456789abcdefghijklmnopqrstuvwxyz"[static_cast<std::size_t>(rest % base)];
    rest /= base;
  } while (rest != 0);
  if (integer(value) < 0) text += '-';
  return {text.rbegin(), text.rend()};
}

bool is_big(const Value& value) {
  return value.is_object() && dynamic_cast<const BigInteger*>(value.if_object()) != nullptr;
}

bool is_integer(const Value& value) { return value.is_int() || value.is_bool() || is_big(value); }

namespace {

// Rounded half to even, as the processor rounds 64 bits; the library's own conversion cuts off.
double nearest(const Integer& magnitude) {
  if (magnitude == 0) return 0;
  const int shift = static_cast<int>(msb(magnitude)) - 63;
  if (shift <= 0) return static_cast<double>(static_cast<std::uint64_t>(magnitude));
  Integer top = magnitude >> static_cast<unsigned>(shift);
  if ((top << static_cast<unsigned>(shift)) != magnitude) top |= 1;
  return std::ldexp(static_cast<double>(static_cast<std::uint64_t>(top)), shift);
}

}  // namespace

double integer_to_double(const Value& value) {
  if (const auto* number = value.if_int()) return static_cast<double>(*number);
  if (const auto* truth = value.if_bool()) return *truth ? 1 : 0;
  const Integer whole = integer(value);
  return whole < 0 ? -nearest(abs(whole)) : nearest(whole);
}

Value integer_from_double(double value) {
  if (std::abs(value) < 9e18) return static_cast<std::int64_t>(value);
  return held(Integer(std::trunc(value)));
}

double true_divide(const Value& left, const Value& right) {
  const double a = integer_to_double(left);
  const double b = integer_to_double(right);
  if (b == 0) fail("division by zero");
  constexpr double exact = 9007199254740992.0;  // 2^53: below it a double division is already right
  if (std::abs(a) <= exact && std::abs(b) <= exact) return a / b;
  // Enough quotient bits that rounding to a double is decided by them and a sticky bit.
  Integer numerator = abs(integer(left));
  const Integer denominator = abs(integer(right));
  const int shift = 66 + static_cast<int>(msb(denominator)) - static_cast<int>(numerator == 0 ? 0 : msb(numerator));
  if (shift > 0) numerator <<= static_cast<unsigned>(shift);
  Integer quotient = numerator / denominator;
  if (numerator % denominator != 0) quotient |= 1;
  const double magnitude = std::ldexp(nearest(quotient), shift > 0 ? -shift : 0);
  if (std::isinf(magnitude)) fail("integer division result too large for a float");
  return (a < 0) != (b < 0) ? -magnitude : magnitude;
}

std::size_t bit_length(const Value& value) {
  const Integer magnitude = abs(integer(value));
  return magnitude == 0 ? 0 : msb(magnitude) + 1;
}

}  // namespace halite::render
