// Jinja's filters on lists, dicts and what can be looped over.
#include <algorithm>
#include <random>

#include "common/render/arguments.h"
#include "common/render/attribute_path.h"
#include "common/render/arithmetic.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/order.h"
#include "common/render/python.h"
#include "common/render/text_tools.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

Value first(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "first", {"seq"}, 1);
  Value item;
  if (iterate(p[0])->next(item)) return item;
  return make_undefined("No first item, sequence was empty.");
}

Value reversed_items(const Value& value) {
  if (const std::string* text = if_text(value)) {
    std::string out;
    auto characters = utf8::characters(*text);
    std::reverse(characters.begin(), characters.end());
    for (const auto character : characters) out += character;
    return same_text(value, std::move(out));
  }
  List items = to_list(value);
  std::reverse(items.begin(), items.end());
  return items;
}

Value last(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "last", {"seq"}, 1);
  if (if_object<Generator>(p[0])) fail("'generator' object is not reversible");
  const Value items = reversed_items(p[0]);
  Value item;
  if (iterate(items)->next(item)) return item;
  return make_undefined("No last item, sequence was empty.");
}

// A list made in full that is read like a generator.
Value as_generator(List items, std::string type = "generator") {
  return make_object<Generator>(iterate(Value(std::move(items))), std::move(type));
}

Value reverse(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "reverse", {"value"}, 1);
  Value items = reversed_items(p[0]);
  return items.is_list() ? as_generator(*items.if_list(), "list_reverseiterator") : items;
}

Value length_of(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "length", {"obj"}, 1);
  return static_cast<std::int64_t>(length(p[0]));
}

Value as_list(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "list", {"value"}, 1);
  return to_list(p[0], evaluator.limits().collection_items);
}

// In HTML, as soon as one part is escaped text the others are escaped and so is the result.
Value join_items(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "join", {"value", "d", "attribute"}, 1);
  const auto part = part_getter(evaluator, p[2]);
  List parts;
  const auto items = iterate(p[0]);
  for (Value item; items->next(item);) parts.push_back(part(item));
  const auto is_markup = [](const Value& value) { return if_object<Markup>(value) != nullptr; };
  const bool escapes = evaluator.autoescape() && (is_markup(p[1]) || std::any_of(parts.begin(), parts.end(), is_markup));
  const auto shown = [&](const Value& value) { return escapes && !is_markup(value) ? escape_html(str(value)) : str(value); };
  const std::string separator = p.has(1) ? shown(p[1]) : "";
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    if (const std::string* text = escapes ? nullptr : parts[i].if_string())
      out += *text;
    else
      out += shown(parts[i]);
    evaluator.check_text(out.size());
  }
  return escapes ? make_markup(std::move(out)) : Value(std::move(out));
}

// "name,-other": several attributes, each maybe in its own case rule.
std::function<Value(const Value&)> sort_key(Evaluator& evaluator, const Value& attribute, bool case_sensitive) {
  const auto fold = [case_sensitive](const Value& value) { return case_sensitive ? value : ignoring_case(value); };
  const std::string* path = if_text(attribute);
  if (!path || path->find(',') == std::string::npos)
    return [part = part_getter(evaluator, attribute), fold](const Value& item) { return fold(part(item)); };
  std::vector<std::function<Value(const Value&)>> parts;
  for (std::size_t start = 0; start <= path->size();) {
    const std::size_t end = std::min(path->find(',', start), path->size());
    parts.push_back(part_getter(evaluator, path->substr(start, end - start)));
    start = end + 1;
  }
  return [parts, fold](const Value& item) -> Value {
    List keys;
    for (const auto& part : parts) keys.push_back(fold(part(item)));
    return keys;
  };
}

Value sort(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "sort", {"value", "reverse", "case_sensitive", "attribute"}, 1);
  return sorted(to_list(p[0]), p.truth(1, false), sort_key(evaluator, p[3], p.truth(2, false)));
}

Value dictsort(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "dictsort", {"value", "case_sensitive", "by", "reverse"}, 1);
  const Map* map = if_dict(p[0]);
  if (!map) fail("'{}' object has no attribute 'items'", python_type(p[0]));
  const std::string by = p.text(2, "key");
  if (by != "key" && by != "value") fail_syntax(0, "You can only sort by either \"key\" or \"value\"");
  const std::size_t position = by == "value";
  const bool case_sensitive = p.truth(1, false);
  List pairs;
  for (const auto& [key, value] : *map) pairs.push_back(make_tuple({key, value}));
  return sorted(std::move(pairs), p.truth(3, false), [&](const Value& pair) {
    const Value& part = (*if_sequence(pair))[position];
    return case_sensitive ? part : ignoring_case(part);
  });
}

Value unique(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "unique", {"value", "case_sensitive", "attribute"}, 1);
  const auto key = sort_key(evaluator, p[2], p.truth(1, false));
  Map seen;
  List items;
  for (const Value& item : to_list(p[0])) {
    const Value mark = hashable(key(item));
    if (seen.find(mark)) continue;
    seen.set(mark, nullptr);
    items.push_back(item);
  }
  return as_generator(std::move(items));
}

Value sum(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "sum", {"iterable", "attribute", "start"}, 1);
  const auto part = part_getter(evaluator, p[1]);
  Value total = p.get(2, 0);
  if (if_text(total)) fail("sum() can't sum strings [use ''.join(seq) instead]");
  const auto items = iterate(p[0]);
  for (Value item; items->next(item);) total = compute(Operator::add, total, part(item), evaluator.limits());
  return total;
}

Value batch(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "batch", {"value", "linecount", "fill_with"}, 2);
  const std::int64_t size = p.integer(1, 1);
  List rows;
  List row;
  for (const Value& item : to_list(p[0])) {
    if (static_cast<std::int64_t>(row.size()) == size) rows.emplace_back(std::exchange(row, {}));
    row.push_back(item);
  }
  if (!row.empty()) {
    if (size > static_cast<std::int64_t>(evaluator.limits().collection_items)) fail("the list is too long");
    while (p.has(2) && !p[2].is_null() && static_cast<std::int64_t>(row.size()) < size) row.push_back(p[2]);
    rows.emplace_back(std::move(row));
  }
  return as_generator(std::move(rows));
}

Value slice(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "slice", {"value", "slices", "fill_with"}, 2);
  const List items = to_list(p[0]);
  const std::int64_t slices = p.integer(1, 1);
  if (slices == 0) fail("integer division or modulo by zero");
  if (slices > static_cast<std::int64_t>(evaluator.limits().collection_items)) fail("the list is too long");
  const auto count = static_cast<std::int64_t>(items.size());
  List columns;
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < slices; ++i) {
    const std::int64_t size = count / slices + (i < count % slices);
    List column(items.begin() + at, items.begin() + at + size);
    at += size;
    if (p.has(2) && !p[2].is_null() && i >= count % slices) column.push_back(p[2]);
    columns.emplace_back(std::move(column));
  }
  return as_generator(std::move(columns));
}

Value groupby(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "groupby", {"value", "attribute", "default", "case_sensitive"}, 2);
  const auto part = part_getter(evaluator, p[1], p.has(2) && !p[2].is_null() ? std::optional(p[2]) : std::nullopt);
  const bool case_sensitive = p.truth(3, false);
  const auto key = [&](const Value& item) { return case_sensitive ? part(item) : ignoring_case(part(item)); };
  List groups;
  List members;
  Value current;
  const auto finish = [&] {
    if (members.empty()) return;
    Value name = part(members.front());
    groups.push_back(make_object<Group>(std::move(name), Value(std::exchange(members, {}))));
  };
  for (const Value& item : sorted(to_list(p[0]), false, key)) {
    const Value mark = key(item);
    if (!members.empty() && !equal(mark, current)) finish();
    current = mark;
    members.push_back(item);
  }
  finish();
  return groups;
}

Value items_of(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "items", {"value"}, 1);
  if (if_undefined(p[0])) return as_generator({});
  const Map* map = if_dict(p[0]);
  if (!map) fail("Can only get item pairs from a mapping.");
  List pairs;
  for (const auto& [key, value] : *map) pairs.push_back(make_tuple({key, value}));
  return as_generator(std::move(pairs));
}

template <bool largest>
Value extreme(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, largest ? "max" : "min", {"value", "case_sensitive", "attribute"}, 1);
  const auto key = sort_key(evaluator, p[2], p.truth(1, false));
  const List items = to_list(p[0]);
  if (items.empty()) return make_undefined("No aggregated item, sequence was empty.");
  const Value* best = &items[0];
  for (const Value& item : items)
    if (largest ? less(key(*best), key(item)) : less(key(item), key(*best))) best = &item;
  return *best;
}

Value random_item(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "random", {"seq"}, 1);
  const List items = to_list(p[0]);
  if (items.empty()) return make_undefined("No random item, sequence was empty.");
  std::random_device source;
  return items[std::uniform_int_distribution<std::size_t>(0, items.size() - 1)(source)];
}

constexpr FilterEntry filters[] = {
    {"first", first, "The first item.", "[1, 2]|first"},
    {"last", last, "The last item.", "[1, 2]|last"},
    {"reverse", reverse, "From the end to the start.", "'abc'|reverse"},
    {"length", length_of, "The number of items or characters.", "[1, 2]|length"},
    {"count", length_of, "The same as length.", "[1, 2]|count"},
    {"list", as_list, "The items as a list.", "'abc'|list"},
    {"join", join_items, "The items as one text, with a separator.", "[1, 2]|join(', ')"},
    {"sort", sort, "Sorted, text without regard to case unless told.", "users|sort(attribute='name')"},
    {"dictsort", dictsort, "The pairs of a dict, sorted by key or value.", "d|dictsort"},
    {"unique", unique, "Each item once.", "[1, 1, 2]|unique"},
    {"sum", sum, "The sum, of an attribute if given.", "[1, 2]|sum"},
    {"batch", batch, "Rows of so many items.", "l|batch(3)"},
    {"slice", slice, "So many columns of items.", "l|slice(3)"},
    {"groupby", groupby, "Groups of items that share an attribute.", "users|groupby('shell')"},
    {"items", items_of, "The pairs of a dict; none when undefined.", "d|items"},
    {"min", extreme<false>, "The smallest item.", "[1, 2]|min"},
    {"max", extreme<true>, "The largest item.", "[1, 2]|max"},
    {"random", random_item, "One item, at random.", "[1, 2]|random"},
};

}  // namespace

std::span<const FilterEntry> sequence_filters() { return filters; }

}  // namespace halite::render
