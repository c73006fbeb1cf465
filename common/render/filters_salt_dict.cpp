// Salt's filters on dicts.
#include <algorithm>

#include "common/base/strings.h"
#include "common/data/traverse.h"
#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/filters.h"
#include "common/render/jmespath.h"
#include "common/render/numbers.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

Value traverse_path(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "traverse", {"data", "key", "default", "delimiter"}, 2);
  if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
  const std::string delimiter = p.text(3, ":");
  std::vector<std::string> path;
  if (const List* keys = if_sequence(p[1]))
    for (const Value& key : *keys) path.push_back(str(key));
  else
    for (const std::string_view part : split_path(p.text(1), delimiter)) path.emplace_back(part);
  Value at = p[0];
  for (const std::string& part : path) {
    if (const Undefined* undefined = if_undefined(at)) undefined->raise();
    // A tuple has no places for Salt, only a list has.
    const Map* map = if_dict(at);
    const Value* found = map ? traverse(*map, part, "") : at.is_list() ? traverse(at, part, "") : nullptr;
    if (!found) return p[2];
    at = Value(*found);
  }
  return at;
}

// A false value stands for an empty dict, as Salt has it.
const Map& dict_or_nothing(const Value& value) {
  static const Map nothing;
  if (const Map* map = if_dict(value)) return *map;
  if (const Undefined* undefined = if_undefined(value)) undefined->raise();
  if (value.is_null() || truth(value)) fail("compare_dicts() compares two dicts, not a {}", python_type(value));
  return nothing;
}

Value compare_dicts(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "compare_dicts", {"old", "new"}, 2);
  const Map& before = dict_or_nothing(p[0]);
  const Map& after = dict_or_nothing(p[1]);
  Map changes;
  for (const auto& [key, value] : after) {
    const Value* old = before.find(key);
    if (!old)
      changes.set(key, Map{{"old", ""}, {"new", value}});
    else if (!equal(*old, value))
      changes.set(key, Map{{"old", *old}, {"new", value}});
  }
  for (const auto& [key, value] : before)
    if (!after.find(key)) changes.set(key, Map{{"new", ""}, {"old", value}});
  return changes;
}

// The dict that holds the last part of the path, made on the way where there is none.
Map& holder_of(const Value& dict, const std::vector<std::string_view>& path) {
  std::shared_ptr<Map> map = shared_dict(dict);
  if (!map) fail("'{}' object is no dict", python_type(dict));
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const Value* inner = map->find(path[i]);
    if (!inner || !if_dict(*inner)) {
      map->set(Value(path[i]), Map());
      inner = map->find(path[i]);
    }
    map = shared_dict(*inner);
  }
  return *map;
}

enum class Change { set, update, append, extend };

template <Change change>
Value change_key(Evaluator& evaluator, Arguments& arguments) {
  const Parameters p(arguments, "dict key filter", {"in_dict", "keys", "value", "delimiter", "ordered_dict"}, 3);
  const std::string delimiter = p.text(3, ":");
  const auto path = split_path(p.text(1), delimiter);
  evaluator.note_change(p[0]);
  // A map inside a value is shared: writing through the parent keeps every alias in step.
  Map& map = holder_of(p[0], path);
  const Value last(path.back());
  if (change == Change::set) {
    map.set(last, p[2]);
    return p[0];
  }
  const Value* found = map.find(last);
  if (!found || found->is_null()) {
    map.set(last, change == Change::update ? Value(Map()) : Value(List()));
    found = map.find(last);
  }
  const char* method = change == Change::update ? "update" : change == Change::append ? "append" : "extend";
  const Value target = *found;
  const bool fits = change == Change::update ? if_dict(target) != nullptr : target.is_list();
  if (!fits) throw Failure(FailureKind::function, fmt::format("The last key contains a <class '{}'>, which cannot {}.", python_type(target), method));
  Arguments given{{p[2]}, {}};
  try {
    evaluator.call(evaluator.attribute(target, method), given);
  } catch (const Failure& failure) {
    if (failure.kind() != FailureKind::other) throw;
    throw Failure(FailureKind::function,
                  fmt::format("Cannot {} <class '{}'> with a <class '{}'>.", method, python_type(target), python_type(p[2])));
  }
  return p[0];
}

// Text as bytes, all the way down; tuples become lists. Our maps have no bytes as keys, so a dict is given as the
// text that Salt's users see of it.
Value encoded(const Value& value);

// Salt makes a new tuple by its class, and that of groupby takes two arguments.
void check_copyable(const Value& value) {
  if (if_object<Group>(value)) fail("_GroupTuple.__new__() missing 1 required positional argument: 'list'");
}

std::string encoded_text(const Value& value) {
  const Nesting nesting;
  check_copyable(value);
  if (const Map* map = if_dict(value)) {
    std::string text = "{";
    for (const auto& [key, item] : *map) {
      if (if_sequence(key)) fail("unhashable type: 'list'");  // which it would become
      if (text.size() > 1) text += ", ";
      text += repr(encoded(key)) + ": " + encoded_text(item);
    }
    return text + "}";
  }
  const List* items = if_sequence(value);
  if (!items) return repr(encoded(value));
  std::string text = "[";
  for (const Value& item : *items) text += (text.size() > 1 ? ", " : "") + encoded_text(item);
  return text + "]";
}

bool holds_dict(const Value& value) {
  const Nesting nesting;
  if (if_dict(value)) return true;
  const List* items = if_sequence(value);
  return items && std::any_of(items->begin(), items->end(), holds_dict);
}

Value encoded(const Value& value) {
  check_copyable(value);
  if (const std::string* text = if_text(value)) return Bytes{*text};
  if (holds_dict(value)) return encoded_text(value);
  const List* items = if_sequence(value);
  if (!items) return value;
  List out;
  for (const Value& item : *items) out.push_back(encoded(item));
  return out;
}

Value encode_dict(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "json_encode_dict", {"data"}, 1);
  if (!if_dict(p[0])) fail("'{}' object has no attribute 'items'", python_type(p[0]));
  return encoded_text(p[0]);
}

Value encode_list(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "json_encode_list", {"data"}, 1);
  return encoded(to_list(p[0]));
}

Value number_or_text(const std::string& text) {
  if (const auto whole = integer_from_text(text)) return *whole;
  if (const auto real = real_from_text(text)) return *real;
  return text;
}

// Rows of a table as mysql prints it, by the column `key`.
Value mysql_to_dict(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "mysql_to_dict", {"data", "key"}, 2);
  std::vector<std::string> headers;
  Map rows;
  for (const Value& line : to_list(p[0])) {
    if (!truth(line)) continue;
    const std::string* text = if_text(line);
    if (!text) fail("'{}' object has no attribute 'startswith'", python_type(line));
    if ((*text)[0] == '+') continue;
    std::vector<std::string> cells;
    for (const std::string& cell : split(*text, '|')) cells.emplace_back(trim(cell));
    if (headers.size() <= 1) {
      headers = std::move(cells);
      continue;
    }
    Map row;
    for (std::size_t i = 1; i + 1 < headers.size(); ++i) {
      if (i >= cells.size()) fail("list index out of range");
      row.set(headers[i], number_or_text(cells[i]));
    }
    const Value* name = row.find(hashable(p[1]));
    if (!name) fail("{}", repr(p[1]));
    rows.set(*name, row);
  }
  return rows;
}

Value json_query(Evaluator&, Arguments& arguments) {
  const Parameters p(arguments, "json_query", {"data", "expr"}, 2);
  if (const Undefined* undefined = if_undefined(p[0])) undefined->raise();
  return jmespath(p.text(1), p[0]);
}

constexpr FilterEntry filters[] = {
    {"json_query", json_query, "What a JMESPath expression finds in the data (Salt's).", "d|json_query('services[].port')"},
    {"traverse", traverse_path, "What is at a path like a:b:0 (Salt's).", "d|traverse('a:b')"},
    {"compare_dicts", compare_dicts, "What changed from one dict to the other (Salt's).", "a|compare_dicts(b)"},
    {"set_dict_key_value", change_key<Change::set>, "Sets the value at a path (Salt's).", "d|set_dict_key_value('a:b', 1)"},
    {"update_dict_key_value", change_key<Change::update>, "Updates the dict at a path (Salt's).", "d|update_dict_key_value('a', {})"},
    {"append_dict_key_value", change_key<Change::append>, "Appends to the list at a path (Salt's).", "d|append_dict_key_value('a', 1)"},
    {"extend_dict_key_value", change_key<Change::extend>, "Extends the list at a path (Salt's).", "d|extend_dict_key_value('a', [1])"},
    {"json_encode_dict", encode_dict, "Texts as bytes (Salt's).", "d|json_encode_dict"},
    {"json_encode_list", encode_list, "Texts as bytes (Salt's).", "l|json_encode_list"},
    {"json_decode_dict", encode_dict, "Texts as bytes: in Salt it is the same as json_encode_dict.", "d|json_decode_dict"},
    {"json_decode_list", encode_list, "Texts as bytes: in Salt it is the same as json_encode_list.", "l|json_decode_list"},
    {"mysql_to_dict", mysql_to_dict, "The printed table of mysql as data (Salt's).", "lines|mysql_to_dict('User')"},
};

}  // namespace

std::span<const FilterEntry> salt_dict_filters() { return filters; }

}  // namespace halite::render
