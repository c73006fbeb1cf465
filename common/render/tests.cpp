#include "common/render/tests.h"

#include <cmath>
#include <unordered_map>

#include "common/data/regex.h"
#include "common/render/arguments.h"
#include "common/render/arithmetic.h"
#include "common/render/big_integer.h"
#include "common/render/callables.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/python.h"
#include "common/render/regex_tools.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

// The one thing that is tested. In `x is number not in y` the word `not` is a second one.
const Value& subject(Arguments& arguments) {
  const std::size_t given = arguments.positional.size() + arguments.named.size();
  if (given != 1) fail("the test takes 1 positional argument but {} were given", given);
  return arguments.positional[0];
}

template <Operator operation>
bool compares(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "comparison", {"value", "other"}, 2);
  return compare(operation, p[0], p[1]);
}

bool is_remainder(Evaluator& evaluator, const Value& value, const Value& divisor, std::int64_t rest) {
  return equal(compute(Operator::modulo, value, divisor, evaluator.limits()), rest);
}

bool odd(Evaluator& evaluator, Arguments& arguments) { return is_remainder(evaluator, subject(arguments), 2, 1); }
bool even(Evaluator& evaluator, Arguments& arguments) { return is_remainder(evaluator, subject(arguments), 2, 0); }
bool divisible_by(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "divisibleby", {"value", "num"}, 2);
  return is_remainder(evaluator, p[0], p[1], 0);
}

bool is_defined(Evaluator&, Arguments& arguments) { return !if_undefined(subject(arguments)); }
bool is_not_defined(Evaluator&, Arguments& arguments) { return if_undefined(subject(arguments)) != nullptr; }
bool is_none(Evaluator&, Arguments& arguments) { return subject(arguments).is_null(); }
bool is_boolean(Evaluator&, Arguments& arguments) { return subject(arguments).is_bool(); }
bool is_true(Evaluator&, Arguments& arguments) { return subject(arguments).is_bool() && *subject(arguments).if_bool(); }
bool is_false(Evaluator&, Arguments& arguments) { return subject(arguments).is_bool() && !*subject(arguments).if_bool(); }
bool is_string(Evaluator&, Arguments& arguments) { return if_text(subject(arguments)) != nullptr; }
bool is_integer_type(Evaluator&, Arguments& arguments) { return is_integer(subject(arguments)) && !subject(arguments).is_bool(); }
bool is_float(Evaluator&, Arguments& arguments) { return subject(arguments).is_real(); }
bool is_number(Evaluator&, Arguments& arguments) { return is_integer(subject(arguments)) || subject(arguments).is_real(); }
bool is_mapping(Evaluator&, Arguments& arguments) { return if_dict(subject(arguments)) != nullptr; }
bool is_list(Evaluator&, Arguments& arguments) { return subject(arguments).is_list(); }
bool is_escaped(Evaluator&, Arguments& arguments) { return if_object<Markup>(subject(arguments)) != nullptr; }

bool is_sequence(Evaluator&, Arguments& arguments) {
  const Value& value = subject(arguments);
  return if_text(value) || if_sequence(value) || if_dict(value) || value.is_bytes() || if_object<Range>(value);
}

bool can_be_looped(Evaluator&, Arguments& arguments) { return is_iterable(subject(arguments)); }

bool is_callable(Evaluator&, Arguments& arguments) {
  return dynamic_cast<const Callable*>(subject(arguments).if_object()) || if_undefined(subject(arguments));
}

bool same_as(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "sameas", {"value", "other"}, 2);
  if (p[0].type() != p[1].type()) return false;
  switch (p[0].type()) {
    case Value::Type::list: return p[0].if_list() == p[1].if_list();
    case Value::Type::map: return p[0].if_map() == p[1].if_map();
    case Value::Type::object: return p[0].if_object() == p[1].if_object();
    default: return equal(p[0], p[1]);
  }
}

bool is_lower(Evaluator&, Arguments& arguments) {
  const std::string text = str(subject(arguments));
  return text == lower_text(text) && text != upper_text(text);
}

bool is_upper(Evaluator&, Arguments& arguments) {
  const std::string text = str(subject(arguments));
  return text == upper_text(text) && text != lower_text(text);
}

// A name to look up: what no dict could have as a key is an error.
const Value& hashable_text(const Value& value) {
  hashable(value);
  return value;
}

bool is_filter(Evaluator&, Arguments& arguments) {
  const std::string* name = if_text(hashable_text(subject(arguments)));
  return name && find_filter(*name);
}

bool is_test(Evaluator&, Arguments& arguments) {
  const std::string* name = if_text(hashable_text(subject(arguments)));
  return name && find_test(*name);
}

bool matches(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "test_match", {"txt", "rgx", "ignorecase", "multiline"}, 2);
  return compiled_regex(p.text(1), p.truth(2, false), p.truth(3, false)).match(p.text(0)).has_value();
}

}  // namespace

const std::vector<TestEntry>& all_tests() {
  static const std::vector<TestEntry> tests{
      {"defined", is_defined, "The name, key or attribute exists.", "x is defined"},
      {"undefined", is_not_defined, "The name, key or attribute does not exist.", "x is undefined"},
      {"none", is_none, "The value is None.", "x is none"},
      {"boolean", is_boolean, "The value is true or false.", "true is boolean"},
      {"true", is_true, "The value is true itself.", "x is true"},
      {"false", is_false, "The value is false itself.", "x is false"},
      {"string", is_string, "The value is text.", "'a' is string"},
      {"integer", is_integer_type, "The value is a whole number and no boolean.", "3 is integer"},
      {"float", is_float, "The value is a floating point number.", "1.5 is float"},
      {"number", is_number, "The value is a number (or a boolean).", "3 is number"},
      {"mapping", is_mapping, "The value is a dict.", "{} is mapping"},
      {"sequence", is_sequence, "The value has a length and items: text, list, tuple, dict.", "[] is sequence"},
      {"iterable", can_be_looped, "The value can be looped over.", "'abc' is iterable"},
      {"list", is_list, "The value is a list (Salt's test).", "[] is list"},
      {"callable", is_callable, "The value can be called.", "range is callable"},
      {"escaped", is_escaped, "The text is marked as safe HTML.", "x|e is escaped"},
      {"sameas", same_as, "Both are the same object.", "x is sameas none"},
      {"lower", is_lower, "The text is in lower case.", "'a' is lower"},
      {"upper", is_upper, "The text is in upper case.", "'A' is upper"},
      {"odd", odd, "The number is odd.", "3 is odd"},
      {"even", even, "The number is even.", "4 is even"},
      {"divisibleby", divisible_by, "The number can be divided without rest.", "9 is divisibleby 3"},
      {"filter", is_filter, "There is a filter of this name.", "'upper' is filter"},
      {"test", is_test, "There is a test of this name.", "'odd' is test"},
      {"match", matches, "The regular expression matches at the start (Salt's test).", "'abc' is match('a.c')"},
      {"eq", compares<Operator::equal>, "Both are equal.", "1 is eq 1"},
      {"equalto", compares<Operator::equal>, "Both are equal.", "1 is equalto 1"},
      {"==", compares<Operator::equal>, "Both are equal; for select.", "l|select('==', 1)"},
      {"ne", compares<Operator::not_equal>, "They differ.", "1 is ne 2"},
      {"!=", compares<Operator::not_equal>, "They differ; for select.", "l|select('!=', 1)"},
      {"lt", compares<Operator::less>, "The value is less.", "1 is lt 2"},
      {"lessthan", compares<Operator::less>, "The value is less.", "1 is lessthan 2"},
      {"<", compares<Operator::less>, "The value is less; for select.", "l|select('<', 3)"},
      {"le", compares<Operator::less_equal>, "The value is less or equal.", "1 is le 1"},
      {"<=", compares<Operator::less_equal>, "The value is less or equal; for select.", "l|select('<=', 3)"},
      {"gt", compares<Operator::greater>, "The value is greater.", "2 is gt 1"},
      {"greaterthan", compares<Operator::greater>, "The value is greater.", "2 is greaterthan 1"},
      {">", compares<Operator::greater>, "The value is greater; for select.", "l|select('>', 3)"},
      {"ge", compares<Operator::greater_equal>, "The value is greater or equal.", "2 is ge 2"},
      {">=", compares<Operator::greater_equal>, "The value is greater or equal; for select.", "l|select('>=', 3)"},
      {"in", compares<Operator::in>, "The value is in a list, text or dict.", "2 is in [1, 2]"},
  };
  return tests;
}

const TestEntry* find_test(std::string_view name) {
  static const auto table = [] {
    std::unordered_map<std::string_view, const TestEntry*> by_name;
    for (const TestEntry& test : all_tests()) by_name.emplace(test.name, &test);
    return by_name;
  }();
  const auto found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

std::vector<std::string> test_names() {
  std::vector<std::string> names;
  for (const TestEntry& test : all_tests()) names.emplace_back(test.name);
  return names;
}

}  // namespace halite::render
