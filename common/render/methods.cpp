// Which methods which type has, and those of numbers.
#include "common/render/methods.h"

#include <cmath>
#include <cstdio>
#include <unordered_map>

#include "common/render/arguments.h"
#include "common/render/big_integer.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

// An integer that is no boolean.
Value whole(const Value& self) {
  const bool* flag = self.if_bool();
  return flag ? Value(*flag ? 1 : 0) : self;
}

Value number_bit_length(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "bit_length", {});
  return static_cast<std::int64_t>(bit_length(self));
}

Value number_itself(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "conjugate", {});
  return whole(self);
}

Value is_whole(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "is_integer", {});
  return std::isfinite(*self.if_real()) && std::floor(*self.if_real()) == *self.if_real();
}

// (numerator, denominator), without a common divisor: of a real, of which all denominators are powers of two, exactly.
Value ratio(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "as_integer_ratio", {});
  if (!self.is_real()) return make_tuple({whole(self), 1});
  if (std::isnan(*self.if_real())) fail("cannot convert NaN to integer ratio");
  if (std::isinf(*self.if_real())) fail("cannot convert Infinity to integer ratio");
  int exponent = 0;
  double fraction = std::frexp(*self.if_real(), &exponent);
  for (; fraction != std::floor(fraction); --exponent) fraction *= 2;
  const Value power = calculate(IntegerOperation::power, 2, std::abs(exponent));
  const Value numerator = integer_from_double(fraction);
  return exponent < 0 ? make_tuple({numerator, power})
                      : make_tuple({calculate(IntegerOperation::multiply, numerator, power), 1});
}

Value hexadecimal(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "hex", {});
  const double value = *self.if_real();
  if (!std::isfinite(value)) return real_text(value);
  if (value == 0) return std::signbit(value) ? "-0x0.0p+0" : "0x0.0p+0";
  char text[40];
  std::snprintf(text, sizeof text, "%.13a", value);
  return std::string(text);
}

constexpr Method of_integer[] = {{"bit_length", number_bit_length}, {"conjugate", number_itself}, {"as_integer_ratio", ratio}};
constexpr Method of_real[] = {{"is_integer", is_whole}, {"conjugate", number_itself}, {"as_integer_ratio", ratio}, {"hex", hexadecimal}};

using Table = std::unordered_map<std::string_view, const Method*>;

Table table_of(std::initializer_list<std::span<const Method>> groups) {
  Table table;
  for (const auto& group : groups)
    for (const Method& method : group) table.emplace(method.name, &method);
  return table;
}

const Table* methods_of(const Value& self) {
  static const Table text = table_of({text_methods(), text_test_methods()});
  static const Table bytes = table_of({bytes_methods(), plain_bytes_methods()});
  static const Table list = table_of({list_methods()});
  static const Table dict = table_of({dict_methods()});
  static const Table tuple = table_of({tuple_methods()});
  static const Table set = table_of({set_methods()});
  static const Table integer = table_of({integer_methods()});
  static const Table real = table_of({real_methods()});
  switch (self.type()) {
    case Value::Type::string: return &text;
    case Value::Type::bytes: return &bytes;
    case Value::Type::list: return &list;
    case Value::Type::map: return &dict;
    case Value::Type::boolean:
    case Value::Type::integer: return &integer;
    case Value::Type::real: return &real;
    case Value::Type::null: return nullptr;
    case Value::Type::object: break;
  }
  if (if_text(self)) return &text;
  if (if_sequence(self)) return &tuple;
  if (if_dict(self)) return &dict;
  if (if_object<Set>(self)) return &set;
  return is_big(self) ? &integer : nullptr;
}

}  // namespace

std::span<const Method> integer_methods() { return of_integer; }
std::span<const Method> real_methods() { return of_real; }

const Method* find_method(const Value& self, std::string_view name) {
  const Table* table = methods_of(self);
  if (!table) return nullptr;
  const auto found = table->find(name);
  return found == table->end() ? nullptr : found->second;
}

std::optional<Value> number_part(const Value& self, std::string_view name) {
  if (!self.is_real() && !is_integer(self)) return std::nullopt;
  if (name == "real") return whole(self);
  if (name == "imag") return self.is_real() ? Value(0.0) : Value(0);
  if (self.is_real()) return std::nullopt;
  if (name == "numerator") return whole(self);
  return name == "denominator" ? std::optional<Value>(1) : std::nullopt;
}

std::vector<std::string> method_names(const Value& self) {
  std::vector<std::string> names;
  if (const Table* table = methods_of(self))
    for (const auto& [name, method] : *table) names.emplace_back(name);
  return names;
}

}  // namespace halite::render
