// Jinja's filters on numbers.
#include <charconv>
#include <cmath>

#include "common/render/arguments.h"
#include "common/render/arithmetic.h"
#include "common/render/big_integer.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/numbers.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

Value absolute(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "abs", {"x"}, 1);
  if (p[0].is_real()) return std::abs(*p[0].if_real());
  if (p[0].is_bool()) return static_cast<std::int64_t>(*p[0].if_bool());
  if (is_integer(p[0])) return compare_integers(p[0], 0) < 0 ? negated(p[0]) : p[0];
  if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
  fail("bad operand type for abs(): '{}'", python_type(p[0]));
}

Value to_integer(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "int", {"value", "default", "base"}, 1);
  if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
  const Value fallback = p.get(1, 0);
  const Bytes* bytes = p[0].if_bytes();
  if (const std::string* text = bytes ? &bytes->data : if_text(p[0])) {
    if (auto number = integer_from_text(*text, bytes ? 10 : static_cast<int>(p.integer(2, 10)))) return *number;
    const auto real = real_from_text(*text);
    return real && std::isfinite(*real) ? integer_from_double(*real) : fallback;
  }
  if (p[0].is_bool()) return static_cast<std::int64_t>(*p[0].if_bool());
  if (is_integer(p[0])) return p[0];
  if (p[0].is_real()) return std::isfinite(*p[0].if_real()) ? integer_from_double(*p[0].if_real()) : fallback;
  return fallback;
}

Value to_real(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "float", {"value", "default"}, 1);
  if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
  const Value fallback = p.get(1, 0.0);
  if (p[0].is_real()) return p[0];
  if (is_integer(p[0])) return integer_to_double(p[0]);
  const std::string* text = p[0].is_bytes() ? &p[0].if_bytes()->data : if_text(p[0]);
  const auto real = text ? real_from_text(*text) : std::nullopt;
  return real ? Value(*real) : fallback;
}

Value rounded(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "round", {"value", "precision", "method"}, 1);
  const std::int64_t precision = p.integer(1, 0);
  const std::string method = p.text(2, "common");
  if (method != "common" && method != "ceil" && method != "floor") fail_syntax(0, "method must be common, ceil or floor");
  if (method == "common") {
    if (is_integer(p[0]) && !p[0].is_bool()) return round_integer(p[0], precision);
    if (p[0].is_real()) return round_real(*p[0].if_real(), precision);
    if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
    if (p[0].is_bool()) return round_integer(Value(static_cast<std::int64_t>(*p[0].if_bool())), precision);
    fail("type {} doesn't define __round__ method", python_type(p[0]));
  }
  const Value scale = compute(Operator::power, 10, precision, evaluator.limits());
  const Value scaled = compute(Operator::multiply, p[0], scale, evaluator.limits());
  const double value = scaled.is_real() ? *scaled.if_real() : integer_to_double(scaled);
  const Value whole = integer_from_double(method == "ceil" ? std::ceil(value) : std::floor(value));
  return compute(Operator::divide, whole, scale, evaluator.limits());
}

Value filesize(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "filesizeformat", {"value", "binary"}, 1);
  double bytes = 0;
  if (p[0].is_real())
    bytes = *p[0].if_real();
  else if (is_integer(p[0]))
    bytes = integer_to_double(p[0]);
  else if (const auto real = real_from_text(str(p[0])))
    bytes = *real;
  else
    fail("could not convert string to float: {}", text_repr(str(p[0])));
  const bool binary = p.truth(1, false);
  const double base = binary ? 1024 : 1000;
  static constexpr std::string_view decimal_units[] = {"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"};
  static constexpr std::string_view binary_units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"};
  if (bytes == 1) return "1 Byte";
  if (bytes < base) return str(integer_from_double(bytes)) + " Bytes";
  double unit = base;
  for (std::size_t i = 0;; ++i) {
    unit *= base;
    if (bytes < unit || i == 7) return fmt::format("{:.1f} {}", base * bytes / unit, binary ? binary_units[i] : decimal_units[i]);
  }
}

constexpr FilterEntry filters[] = {
    {"abs", absolute, "The number without its sign.", "-5|abs"},
    {"int", to_integer, "As a whole number, or the default (0).", "'42'|int"},
    {"float", to_real, "As a floating point number, or the default (0.0).", "'1.5'|float"},
    {"round", rounded, "Rounded to so many digits: common (half to even), ceil or floor.", "2.567|round(2)"},
    {"filesizeformat", filesize, "Bytes with a unit.", "123456|filesizeformat"},
};

}  // namespace

std::span<const FilterEntry> number_filters() { return filters; }

}  // namespace halite::render
