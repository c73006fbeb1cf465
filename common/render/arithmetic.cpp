#include "common/render/arithmetic.h"

#include <cmath>

#include "common/render/big_integer.h"
#include "common/render/format.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

std::string_view symbol(Operator operation) {
  switch (operation) {
    case Operator::add: return "+";
    case Operator::subtract: return "-";
    case Operator::multiply: return "*";
    case Operator::divide: return "/";
    case Operator::floor_divide: return "//";
    case Operator::modulo: return "%";
    case Operator::power: return "** or pow()";
    default: return "?";
  }
}

[[noreturn]] void refuse(Operator operation, const Value& left, const Value& right) {
  fail("unsupported operand type(s) for {}: '{}' and '{}'", symbol(operation), python_type(left), python_type(right));
}

bool is_number(const Value& value) { return value.is_real() || is_integer(value); }
double as_double(const Value& value) { return value.is_real() ? *value.if_real() : integer_to_double(value); }

double floor_mod(double a, double b) {
  double rest = std::fmod(a, b);
  if (rest != 0 && (rest < 0) != (b < 0)) rest += b;
  return rest == 0 ? std::copysign(0.0, b) : rest;
}

double floor_div(double a, double b) {
  const double rest = floor_mod(a, b);
  const double quotient = (a - rest) / b;
  if (quotient == 0) return std::copysign(0.0, a / b);
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

Value real_power(double base, double exponent) {
  if (base == 0 && exponent < 0) fail("0.0 cannot be raised to a negative power");
  if (base < 0 && std::floor(exponent) != exponent && std::isfinite(exponent))
    fail("a negative number to a fractional power is complex, which templates do not have");
  const double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) fail("(34, 'Numerical result out of range')");
  return result;
}

Value compute_real(Operator operation, double a, double b) {
  switch (operation) {
    case Operator::add: return a + b;
    case Operator::subtract: return a - b;
    case Operator::multiply: return a * b;
    case Operator::divide:
      if (b == 0) fail("float division by zero");
      return a / b;
    case Operator::floor_divide:
      if (b == 0) fail("float floor division by zero");
      return floor_div(a, b);
    case Operator::modulo:
      if (b == 0) fail("float modulo");
      return floor_mod(a, b);
    default: return real_power(a, b);
  }
}

// Results that stay in 64 bits; nothing when they do not.
std::optional<std::int64_t> compute_small(Operator operation, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  const auto unless = [&](bool overflows) { return overflows ? std::nullopt : std::optional(result); };
  switch (operation) {
    case Operator::add: return unless(__builtin_add_overflow(a, b, &result));
    case Operator::subtract: return unless(__builtin_sub_overflow(a, b, &result));
    case Operator::multiply: return unless(__builtin_mul_overflow(a, b, &result));
    case Operator::floor_divide:
      if (b == 0 || b == -1) return std::nullopt;
      return a / b - (a % b != 0 && (a < 0) != (b < 0));
    case Operator::modulo:
      if (b == 0 || b == -1) return std::nullopt;
      return a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0);
    default: return std::nullopt;
  }
}

std::int64_t small(const Value& value) { return value.is_int() ? *value.if_int() : *value.if_bool(); }

Value compute_integers(Operator operation, const Value& left, const Value& right) {
  if (operation == Operator::divide) return true_divide(left, right);
  if (!is_big(left) && !is_big(right))
    if (const auto result = compute_small(operation, small(left), small(right))) return *result;
  if (operation == Operator::power && compare_integers(right, 0) < 0) {
    if (compare_integers(left, 0) == 0) fail("0.0 cannot be raised to a negative power");
    return real_power(integer_to_double(left), integer_to_double(right));
  }
  static constexpr IntegerOperation operations[] = {IntegerOperation::add,          IntegerOperation::subtract,
                                                    IntegerOperation::multiply,     IntegerOperation::add,
                                                    IntegerOperation::floor_divide, IntegerOperation::modulo,
                                                    IntegerOperation::power};
  return calculate(operations[static_cast<std::size_t>(operation)], left, right);
}

std::string joined(const std::string& a, const std::string& b, const Limits& limits) {
  if (a.size() + b.size() > limits.text_bytes) fail("the text is too long (limit {} bytes)", limits.text_bytes);
  return a + b;
}

Value add_lists(const List& a, const List& b, const Limits& limits) {
  if (a.size() + b.size() > limits.collection_items) fail("the list is too long (limit {} items)", limits.collection_items);
  List items = a;
  items.insert(items.end(), b.begin(), b.end());
  return items;
}

std::optional<Value> add(const Value& left, const Value& right, const Limits& limits) {
  if (left.is_string() && right.is_string()) return joined(*left.if_string(), *right.if_string(), limits);
  const std::string* a = if_text(left);
  const std::string* b = if_text(right);
  if (a && b)
    return make_markup(joined(left.is_string() ? escape_html(*a) : *a, right.is_string() ? escape_html(*b) : *b, limits));
  if (left.is_list() && right.is_list()) return add_lists(*left.if_list(), *right.if_list(), limits);
  const List* x = if_sequence(left);
  const List* y = if_sequence(right);
  if (x && y && !left.is_list() && !right.is_list())
    return make_tuple(*add_lists(*x, *y, limits).if_list());
  if (left.is_bytes() && right.is_bytes()) return Bytes{joined(left.if_bytes()->data, right.if_bytes()->data, limits)};
  if (a) fail("can only concatenate str (not \"{}\") to str", python_type(right));
  if (left.is_list()) fail("can only concatenate list (not \"{}\") to list", python_type(right));
  if (x) fail("can only concatenate tuple (not \"{}\") to tuple", python_type(right));
  return std::nullopt;
}

std::string repeated(const std::string& text, std::int64_t count, const Limits& limits) {
  if (count <= 0 || text.empty()) return "";
  if (static_cast<std::uint64_t>(count) > limits.text_bytes / text.size())
    fail("the text is too long (limit {} bytes)", limits.text_bytes);
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) out += text;
  return out;
}

List repeated(const List& list, std::int64_t count, const Limits& limits) {
  List out;
  if (count <= 0 || list.empty()) return out;
  if (static_cast<std::uint64_t>(count) > limits.collection_items / list.size())
    fail("the list is too long (limit {} items)", limits.collection_items);
  for (std::int64_t i = 0; i < count; ++i) out.insert(out.end(), list.begin(), list.end());
  return out;
}

std::optional<Value> multiply(const Value& left, const Value& right, const Limits& limits) {
  const bool count_first = is_integer(left);
  const Value& count = count_first ? left : right;
  const Value& subject = count_first ? right : left;
  if (!is_integer(count) || is_integer(subject)) return std::nullopt;
  const bool repeats = if_text(subject) || if_sequence(subject) || subject.is_bytes();
  if (is_big(count) && repeats) fail("cannot fit 'int' into an index-sized integer");
  const std::int64_t times = is_big(count) ? (compare_integers(count, 0) < 0 ? 0 : INT64_MAX) : small(count);
  if (subject.is_string()) return repeated(*subject.if_string(), times, limits);
  if (const auto* markup = if_object<Markup>(subject)) return make_markup(repeated(markup->text(), times, limits));
  if (subject.is_list()) return repeated(*subject.if_list(), times, limits);
  if (const List* items = if_sequence(subject)) return make_tuple(repeated(*items, times, limits));
  if (subject.is_bytes()) return Bytes{repeated(subject.if_bytes()->data, times, limits)};
  return std::nullopt;
}

// Sets and the keys and items of dicts; a view also goes with whatever can be looped over.
std::optional<Value> subtract_sets(const Value& left, const Value& right) {
  const auto is_view = [](const Value& value) {
    const auto* view = if_object<DictView>(value);
    return view && view->kind() != DictView::Kind::values;
  };
  const bool both_sets = if_object<Set>(left) && if_object<Set>(right);
  if (!both_sets && !is_view(left) && !is_view(right)) return std::nullopt;
  auto other = std::make_shared<Set>();
  for (const Value& item : to_list(right)) other->add(item);
  auto result = std::make_shared<Set>();
  for (const Value& item : to_list(left))
    if (!other->items().find(hashable(item))) result->add(item);
  return Value(std::shared_ptr<const Object>(std::move(result)));
}

}  // namespace

Value compute(Operator operation, const Value& left, const Value& right, const Limits& limits) {
  if (const auto *a = left.if_int(), *b = right.if_int(); a && b)
    if (const auto result = compute_small(operation, *a, *b)) return *result;
  if (const Undefined* undefined = if_undefined(left)) undefined->raise();
  if (is_number(left) && is_number(right)) {
    if (left.is_real() || right.is_real()) return compute_real(operation, as_double(left), as_double(right));
    return compute_integers(operation, left, right);
  }
  if (operation == Operator::modulo) {
    if (const std::string* format = if_text(left)) {
      std::string text = percent_format(*format, right, limits, !left.is_string());
      return left.is_string() ? Value(std::move(text)) : make_markup(std::move(text));
    }
  }
  if (const Undefined* undefined = if_undefined(right)) undefined->raise();
  if (operation == Operator::add)
    if (const auto result = add(left, right, limits)) return *result;
  if (operation == Operator::multiply) {
    if (const auto result = multiply(left, right, limits)) return *result;
    const bool left_repeats = if_text(left) || if_sequence(left);
    if (left_repeats || if_text(right) || if_sequence(right))
      fail("can't multiply sequence by non-int of type '{}'", python_type(left_repeats ? right : left));
  }
  if (operation == Operator::subtract)
    if (const auto result = subtract_sets(left, right)) return *result;
  refuse(operation, left, right);
}

Value negated(const Value& value) {
  if (value.is_real()) return -*value.if_real();
  if (is_integer(value)) return compute_integers(Operator::subtract, 0, value);
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  fail("bad operand type for unary -: '{}'", python_type(value));
}

Value unary_plus(const Value& value) {
  if (value.is_bool()) return static_cast<std::int64_t>(*value.if_bool());
  if (is_number(value)) return value;
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  fail("bad operand type for unary +: '{}'", python_type(value));
}

bool compare(Operator operation, const Value& left, const Value& right) {
  if (const auto *a = left.if_int(), *b = right.if_int(); a && b) {
    switch (operation) {
      case Operator::equal: return *a == *b;
      case Operator::not_equal: return *a != *b;
      case Operator::less: return *a < *b;
      case Operator::less_equal: return *a <= *b;
      case Operator::greater: return *a > *b;
      case Operator::greater_equal: return *a >= *b;
      default: break;
    }
  }
  switch (operation) {
    case Operator::equal: return equal(left, right);
    case Operator::not_equal: return !equal(left, right);
    case Operator::less: return less(left, right, "<");
    case Operator::less_equal: return less(left, right, "<=");
    case Operator::greater: return less(left, right, ">");
    case Operator::greater_equal: return less(left, right, ">=");
    case Operator::in: return contains(right, left);
    case Operator::not_in: return !contains(right, left);
    default: return false;
  }
}

}  // namespace halite::render
