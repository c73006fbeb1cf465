// Salt's filters on lists and sets.
#include <algorithm>
#include <random>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/render/arguments.h"
#include "common/render/arithmetic.h"
#include "common/render/big_integer.h"
#include "common/render/combinations.h"
#include "common/render/digest.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/numbers.h"
#include "common/render/order.h"
#include "common/render/python.h"
#include "common/render/python_random.h"
#include "common/render/regex_tools.h"
#include "common/render/text_tools.h"

namespace halite::render {
namespace {

bool is_hashable(const Value& value) {
  const auto* view = if_object<DictView>(value);
  return !value.is_list() && !if_dict(value) && !if_object<Set>(value) && (!view || view->kind() == DictView::Kind::values);
}

Value new_set(const List& items) {
  auto set = std::make_shared<Set>();
  for (const Value& item : items) set->add(item);
  return Value(std::shared_ptr<const Object>(std::move(set)));
}

bool has(const List& items, const Value& wanted) {
  return std::any_of(items.begin(), items.end(), [&](const Value& item) { return equal(item, wanted); });
}

List each_once(const List& items) {
  List out;
  for (const Value& item : items)
    if (!has(out, item)) out.push_back(item);
  return out;
}

// Salt makes a set of what is hashable (text, tuples), a list of the rest.
Value unique(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "unique", {"values"}, 1);
  const List items = to_list(p[0]);
  return is_hashable(p[0]) ? new_set(items) : Value(each_once(items));
}

enum class SetOperation { unite, intersect, subtract, difference };

template <SetOperation operation>
Value combine(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "set operation", {"lst1", "lst2"}, 2);
  const bool both_sets = is_hashable(p[0]) && is_hashable(p[1]);
  // A set knows its members by equality; of anything else Python asks "in", which text answers in its own way.
  const Value left = both_sets ? new_set(to_list(p[0])) : p[0];
  const Value right = both_sets ? new_set(to_list(p[1])) : p[1];
  if (operation == SetOperation::unite || operation == SetOperation::difference)
    if (!both_sets) compute(Operator::add, left, right, evaluator.limits());  // refuses what Python would not add
  List out;
  const auto take = [&](const Value& from, const Value& other, bool inside) {
    for (const Value& item : to_list(from))
      if (contains(other, item) == inside) out.push_back(item);
  };
  switch (operation) {
    case SetOperation::unite:
      for (const Value* each : {&left, &right})
        for (const Value& item : to_list(*each)) out.push_back(item);
      break;
    case SetOperation::intersect: take(left, right, true); break;
    case SetOperation::subtract: take(left, right, false); break;
    case SetOperation::difference:
      take(left, right, false);
      take(right, left, false);
      break;
  }
  if (out.size() > evaluator.limits().collection_items) fail("the list is too long");
  return both_sets ? new_set(out) : Value(each_once(out));
}

template <bool largest>
Value extreme(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, largest ? "max" : "min", {"obj"}, 1);
  const List items = to_list(p[0]);
  if (items.empty()) fail("{}() arg is an empty sequence", largest ? "max" : "min");
  const Value* best = &items[0];
  for (const Value& item : items)
    if (largest ? less(item, *best, ">") : less(item, *best)) best = &item;
  return *best;
}

// The mean of a list; of one value, which Salt takes for text or a number, float(value).
Value average(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "avg", {"lst"}, 1);
  if (is_hashable(p[0])) {
    if (const std::string* text = if_text(p[0])) {
      if (const auto real = real_from_text(*text)) return *real;
      fail("could not convert string to float: {}", text_repr(*text));
    }
    if (p[0].is_real()) return p[0];
    if (is_integer(p[0])) return integer_to_double(p[0]);
    if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
    fail("float() argument must be a string or a real number, not '{}'", python_type(p[0]));
  }
  const List items = to_list(p[0]);
  Value total = 0;
  for (const Value& item : items) total = compute(Operator::add, total, item, evaluator.limits());
  const Value mean = compute(Operator::divide, total, static_cast<std::int64_t>(items.size()), evaluator.limits());
  return mean.is_real() ? mean : Value(integer_to_double(mean));
}

Value sequence(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "sequence", {"data"}, 1);
  const bool is_one = if_sequence(p[0]) || if_dict(p[0]) || if_object<Set>(p[0]);
  return is_one ? p[0] : Value(List{p[0]});
}

Value is_list(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "is_list", {"value"}, 1);
  return p[0].is_list();
}

Value is_looped(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "is_iter", {"thing", "ignore"}, 1);
  return !if_text(p[0]) && is_iterable(p[0]);
}

Value sorted_ignoring_case(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "sorted_ignorecase", {"to_sort"}, 1);
  return sorted(to_list(p[0]), false, [](const Value& item) -> Value {
    const std::string* text = if_text(item);
    if (!text) fail("'{}' object has no attribute 'lower'", python_type(item));
    return lower_text(*text);
  });
}

Value compare_lists(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "compare_lists", {"old", "new"}, 2);
  Map changes;
  const auto add = [&](const char* name, const Value& from, const Value& other) {
    List found;
    for (const Value& item : to_list(from))
      if (!contains(other, item)) found.push_back(item);
    if (!found.empty()) changes.set(name, found);
  };
  add("new", p[1], p[0]);
  add("old", p[0], p[1]);
  return changes;
}

bool exactly(const Value& items, std::int64_t amount) {
  const List all = to_list(items);
  return std::count_if(all.begin(), all.end(), [](const Value& item) { return truth(item); }) == amount;
}

Value exactly_n(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "exactly_n_true", {"iterable", "amount"}, 1);
  return exactly(p[0], p.integer(1, 1));
}

Value exactly_one(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "exactly_one_true", {"iterable"}, 1);
  return exactly(p[0], 1);
}

// All that can be looped over is opened, dicts too, text excepted. `levels` below zero: down to the last.
void flatten_into(List& out, const Value& items, std::int64_t levels, bool keep_nulls, int depth) {
  if (depth > 200) fail("Reference cycle detected. Check input list.");
  const auto source = iterate(items);
  for (Value item; source->next(item);) {
    const std::string* text = if_text(item);
    const bool is_null = item.is_null() || (text && (*text == "None" || *text == "null"));
    if (is_null && !keep_nulls) continue;
    if (levels != 0 && !text && is_iterable(item))
      flatten_into(out, item, levels - 1, keep_nulls, depth + 1);
    else
      out.push_back(item);
  }
}

Value flatten(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "flatten", {"data", "levels", "preserve_nulls"}, 1);
  List out;
  flatten_into(out, p[0], p.has(1) && !p[1].is_null() ? std::max<std::int64_t>(p.integer(1, 0), 0) : -1, p.truth(2, false), 0);
  return out;
}

Value substring_in_list(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "substring_in_list", {"string_to_search_for", "list_to_search"}, 2);
  const List items = to_list(p[1]);
  return std::any_of(items.begin(), items.end(), [&](const Value& item) { return contains(item, p[0]); });
}

// A list of globs or whole regular expressions; one text is a list of one.
bool any_matches(const Value& value, const Value& patterns) {
  const std::string* text = if_text(value);
  const List list = if_text(patterns) ? List{patterns} : to_list(patterns);
  for (const Value& pattern : list) {
    const std::string* expression = if_text(pattern);
    if (!text || !expression) continue;
    if (glob_match(*expression, *text)) return true;
    try {
      if (Regex::compile(*expression).full_match(*text)) return true;
    } catch (const Error&) {  // a glob need not be a regular expression
    }
  }
  return false;
}

Value check_lists(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "check_whitelist_blacklist", {"value", "whitelist", "blacklist"}, 1);
  const bool has_white = p.truth(1, false), has_black = p.truth(2, false);
  if (has_black && any_matches(p[0], p[2])) return false;
  return !has_white || any_matches(p[0], p[1]);
}

Value method_call(Evaluator& evaluator, Arguments& arguments) {
  const Value object = arguments.positional.at(0);
  if (arguments.positional.size() < 2) fail("method_call() missing 1 required positional argument: 'f_name'");
  const std::string name = str(arguments.positional[1]);
  const Value method = if_dict(object) ? evaluator.attribute(Value(Map{}), name) : evaluator.attribute(object, name);
  if (if_undefined(method)) return nullptr;
  Arguments given{{arguments.positional.begin() + 2, arguments.positional.end()}, arguments.named};
  return evaluator.call(evaluator.attribute(object, name), given);
}

// Without a seed by chance; with one as Python, seeded with the SHA-512 of the text, picks.
Value sampled(const Value& value, std::int64_t count, const Value& seed) {
  List items = to_list(value);
  if (count < 0 || count > static_cast<std::int64_t>(items.size())) fail("Sample larger than population or is negative");
  const auto size = static_cast<std::size_t>(count);
  if (seed.is_null()) {
    std::random_device source;
    std::shuffle(items.begin(), items.end(), source);
    items.resize(size);
    return items;
  }
  const std::string* text = if_text(seed);
  if (!text && !seed.is_bytes()) fail("object supporting the buffer API required");
  PythonRandom random(to_hex(digest("sha512", text ? *text : seed.if_bytes()->data)));
  List out;
  for (const std::size_t at : random.sample(items.size(), size)) out.push_back(items[at]);
  return out;
}

Value random_shuffle(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "random_shuffle", {"value", "seed"}, 1);
  return sampled(p[0], static_cast<std::int64_t>(length(p[0])), p[1]);
}

Value random_sample(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "random_sample", {"value", "size", "seed"}, 2);
  return sampled(p[0], p.integer(1, 1), p[2]);
}

constexpr FilterEntry filters[] = {
    {"unique", unique, "Each item once; text and tuples become a set (Salt's).", "[1, 1]|unique"},
    {"union", combine<SetOperation::unite>, "What is in either list (Salt's).", "[1]|union([2])"},
    {"intersect", combine<SetOperation::intersect>, "What is in both lists (Salt's).", "[1, 2]|intersect([2])"},
    {"difference", combine<SetOperation::subtract>, "What is in the first list alone (Salt's).", "[1, 2]|difference([2])"},
    {"symmetric_difference", combine<SetOperation::difference>, "What is in one list alone (Salt's).", "[1, 2]|symmetric_difference([2, 3])"},
    {"min", extreme<false>, "The smallest item (Salt's).", "[2, 1]|min"},
    {"max", extreme<true>, "The largest item (Salt's).", "[2, 1]|max"},
    {"avg", average, "The mean of the items (Salt's).", "[1, 2]|avg"},
    {"sequence", sequence, "A list of one, unless it is a list or dict already (Salt's).", "x|sequence"},
    {"is_list", is_list, "Whether it is a list (Salt's).", "x|is_list"},
    {"is_iter", is_looped, "Whether it can be looped over, text excepted (Salt's).", "x|is_iter"},
    {"sorted_ignorecase", sorted_ignoring_case, "Sorted without regard to case (Salt's).", "l|sorted_ignorecase"},
    {"compare_lists", compare_lists, "What is new and what is gone (Salt's).", "[1]|compare_lists([2])"},
    {"exactly_n_true", exactly_n, "Whether just so many items are true (Salt's).", "l|exactly_n_true(2)"},
    {"exactly_one_true", exactly_one, "Whether just one item is true (Salt's).", "l|exactly_one_true"},
    {"flatten", flatten, "Lists in lists as one (Salt's).", "[1, [2]]|flatten"},
    {"substring_in_list", substring_in_list, "Whether the text is part of any item (Salt's).", "'a'|substring_in_list(l)"},
    {"check_whitelist_blacklist", check_lists, "Whether globs allow the value (Salt's).", "x|check_whitelist_blacklist(whitelist=l)"},
    {"method_call", method_call, "Calls a method by name (Salt's).", "'a'|method_call('upper')"},
    {"random_shuffle", random_shuffle, "In random order; the same for the same seed (Salt's).", "l|random_shuffle(seed='x')"},
    {"random_sample", random_sample, "Some items at random; the same for the same seed (Salt's).", "l|random_sample(2, seed='x')"},
    {"combinations", combinations, "All choices of so many items (Salt's).", "[1, 2]|combinations(2)"},
    {"combinations_with_replacement", combinations_with_replacement, "The same, items repeated (Salt's).", "l|combinations_with_replacement(2)"},
    {"permutations", permutations, "All orders of so many items (Salt's).", "l|permutations(2)"},
    {"product", product, "Each with each (Salt's).", "'ab'|product('xy')"},
    {"zip", zip, "Items at the same place as pairs (Salt's).", "[1]|zip(['a'])"},
    {"zip_longest", zip_longest, "The same, as long as the longest (Salt's).", "[1]|zip_longest(l)"},
    {"compress", compress, "The items whose selector is true (Salt's).", "l|compress([1, 0])"},
};

}  // namespace

std::span<const FilterEntry> salt_list_filters() { return filters; }

}  // namespace halite::render
