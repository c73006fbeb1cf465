// Python's unbounded integers, for the few templates that leave 64 bits: 2 ** 100, sums of large literals.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite::render {

// An integer outside the range of int64; inside it a Value holds an int64.
class BigInteger : public Object {
 public:
  std::string_view type_name() const override { return "int"; }
  // A plain value has no such integer: its nearest real.
  Value plain() const override { return to_double(); }
  std::string integer_digits() const override { return to_string(); }
  virtual std::string to_string() const = 0;
  virtual double to_double() const = 0;
};

// Digits of a base from 2 to 36, with an optional '-' or '+'. Nothing when a character is no digit, or there are
// more than 10,000 of them.
std::optional<Value> parse_integer(std::string_view digits, int base);

enum class IntegerOperation { add, subtract, multiply, floor_divide, modulo, power };
// Both are int64 or BigInteger. Throws Failure for division by zero and for results beyond 200,000 bits.
Value calculate(IntegerOperation operation, const Value& left, const Value& right);
int compare_integers(const Value& left, const Value& right);
// Of an int64 or BigInteger, in lower case, with '-' when negative and no prefix.
std::string integer_text(const Value& value, int base = 10);
// An int, bool or BigInteger.
bool is_integer(const Value& value);
bool is_big(const Value& value);
double integer_to_double(const Value& value);
// The integral part; `value` must be finite.
Value integer_from_double(double value);
// As Python's true division: exact quotient, then rounded.
double true_divide(const Value& left, const Value& right);
std::size_t bit_length(const Value& value);

}  // namespace halite::render
