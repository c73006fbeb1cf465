// The methods of list, dict, tuple and set.
#include <algorithm>

#include "common/render/arguments.h"
#include "common/render/evaluator.h"
#include "common/render/methods.h"
#include "common/render/order.h"
#include "common/render/python.h"

namespace halite::render {
namespace {

List& list_of(const Value& self) { return *self.shared_list(); }

Value append(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  Parameters p(arguments, "append", {"/object"}, 1);
  if (list_of(self).size() >= evaluator.limits().collection_items) fail("the list is too long");
  evaluator.note_change(self);
  list_of(self).push_back(p[0]);
  return nullptr;
}

Value extend(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "extend", {"/iterable"}, 1);
  const List more = to_list(p[0], evaluator.limits().collection_items);
  if (list_of(self).size() + more.size() > evaluator.limits().collection_items) fail("the list is too long");
  evaluator.note_change(self);
  list_of(self).insert(list_of(self).end(), more.begin(), more.end());
  return nullptr;
}

std::int64_t clamped(std::int64_t index, std::size_t size) {
  const auto count = static_cast<std::int64_t>(size);
  return std::clamp<std::int64_t>(index < 0 ? index + count : index, 0, count);
}

Value insert(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "insert", {"/index", "/object"}, 2);
  evaluator.note_change(self);
  list_of(self).insert(list_of(self).begin() + clamped(p.integer(0, 0), list_of(self).size()), p[1]);
  return nullptr;
}

Value pop_item(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "pop", {"/index"});
  List& list = list_of(self);
  if (list.empty()) fail("pop from empty list");
  std::int64_t at = p.integer(0, -1);
  if (at < 0) at += static_cast<std::int64_t>(list.size());
  if (at < 0 || at >= static_cast<std::int64_t>(list.size())) fail("pop index out of range");
  Value value = list[static_cast<std::size_t>(at)];
  list.erase(list.begin() + at);
  return value;
}

std::size_t index_in(const List& list, const Value& wanted, std::size_t start, std::size_t end) {
  for (std::size_t i = start; i < std::min(end, list.size()); ++i)
    if (equal(list[i], wanted)) return i;
  return list.size();
}

Value remove(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "remove", {"/value"}, 1);
  List& list = list_of(self);
  const std::size_t at = index_in(list, p[0], 0, list.size());
  if (at == list.size()) fail("list.remove(x): x not in list");
  list.erase(list.begin() + static_cast<std::ptrdiff_t>(at));
  return nullptr;
}

Value index(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "index", {"/value", "/start", "/stop"}, 1);
  const List& items = *if_sequence(self);
  const auto bound = [&](std::size_t i, std::int64_t fallback) {
    return static_cast<std::size_t>(clamped(p.integer(i, fallback), items.size()));
  };
  const std::size_t end = bound(2, static_cast<std::int64_t>(items.size()));
  const std::size_t at = index_in(items, p[0], bound(1, 0), end);
  if (at == items.size()) self.is_list() ? fail("{} is not in list", repr(p[0])) : fail("tuple.index(x): x not in tuple");
  return static_cast<std::int64_t>(at);
}

Value count(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "count", {"/value"}, 1);
  const List& items = *if_sequence(self);
  return static_cast<std::int64_t>(std::count_if(items.begin(), items.end(), [&](const Value& item) { return equal(item, p[0]); }));
}

Value reverse(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "reverse", {});
  std::reverse(list_of(self).begin(), list_of(self).end());
  return nullptr;
}

Value sort(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  const auto key = arguments.take("key");
  const auto reversed = arguments.take("reverse");
  Parameters(arguments, "sort", {});
  const bool is_reversed = reversed && truth(*reversed);
  List items = list_of(self);
  list_of(self) = sorted(std::move(items), is_reversed, [&](const Value& item) {
    if (!key || key->is_null()) return item;
    Arguments given{{item}, {}};
    return evaluator.call(*key, given);
  });
  return nullptr;
}

Value clear_list(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "clear", {});
  list_of(self).clear();
  return nullptr;
}

Value copy_list(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "copy", {});
  return List(list_of(self));
}

Map& map_of(const Value& self) { return *shared_dict(self); }

Value get(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "get", {"/key", "/default"}, 1);
  const Value* value = p[0].is_string() ? map_of(self).find(*p[0].if_string()) : map_of(self).find(hashable(p[0]));
  return value ? *value : p[1];
}

template <DictView::Kind kind>
Value view(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "dict view", {});
  return make_object<DictView>(shared_dict(self), kind);
}

void update_from(Map& map, const Value& more) {
  if (const Map* other = if_dict(more)) {
    const Map copy = *other;
    for (const auto& [key, value] : copy) map.set(key, value);
    return;
  }
  std::size_t i = 0;
  const auto pairs = iterate(more);
  for (Value pair; pairs->next(pair); ++i) {
    if (!if_sequence(pair) && !if_text(pair)) fail("cannot convert dictionary update sequence element #{} to a sequence", i);
    const List parts = to_list(pair);
    if (parts.size() != 2) fail("dictionary update sequence element #{} has length {}; 2 is required", i, parts.size());
    map.set(hashable(parts[0]), parts[1]);
  }
}

Value update(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  evaluator.note_change(self);
  if (arguments.positional.size() > 1) fail("update expected at most 1 argument, got {}", arguments.positional.size());
  if (!arguments.positional.empty()) update_from(map_of(self), arguments.positional[0]);
  for (auto& [name, value] : arguments.named) map_of(self).set(name, value);
  return nullptr;
}

Value pop_key(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "pop", {"/key", "/default"}, 1);
  if (auto value = map_of(self).erase(hashable(p[0]))) return *value;
  if (!p.has(1)) fail("{}", repr(p[0]));
  return p[1];
}

Value popitem(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "popitem", {});
  if (map_of(self).empty()) fail("'popitem(): dictionary is empty'");
  const Map::Entry last = *(map_of(self).end() - 1);
  map_of(self).erase(last.key);
  return make_tuple({last.key, last.value});
}

Value setdefault(Evaluator& evaluator, const Value& self, Arguments& arguments) {
  evaluator.note_change(self);
  const Parameters p(arguments, "setdefault", {"/key", "/default"}, 1);
  const Value key = hashable(p[0]);
  if (const Value* value = map_of(self).find(key)) return *value;
  map_of(self).set(key, p[1]);
  return p[1];
}

Value clear_map(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "clear", {});
  map_of(self).clear();
  return nullptr;
}

Value copy_map(Evaluator&, const Value& self, Arguments& arguments) {
  Parameters(arguments, "copy", {});
  if (self.is_map()) return Map(map_of(self));
  return make_object<OrderedMap>(std::make_shared<Map>(map_of(self)));
}

Value fromkeys(Evaluator&, const Value&, Arguments& arguments) {
  const Parameters p(arguments, "fromkeys", {"/iterable", "/value"}, 1);
  Map map;
  for (const Value& key : to_list(p[0])) map.set(hashable(key), p[1]);
  return map;
}

const Set& set_of(const Value& self) { return *if_object<Set>(self); }

Value new_set(const List& items) {
  auto set = std::make_shared<Set>();
  for (const Value& item : items) set->add(item);
  return Value(std::shared_ptr<const Object>(std::move(set)));
}

Value add(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "add", {"/elem"}, 1);
  set_of(self).add(p[0]);
  return nullptr;
}

Value discard(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "discard", {"/elem"}, 1);
  set_of(self).items().erase(hashable(p[0]));
  return nullptr;
}

Value update_set(Evaluator&, const Value& self, Arguments& arguments) {
  for (const Value& more : arguments.positional)
    for (const Value& item : to_list(more)) set_of(self).add(item);
  return nullptr;
}

Value set_union(Evaluator&, const Value& self, Arguments& arguments) {
  List items = to_list(self);
  for (const Value& more : arguments.positional)
    for (const Value& item : to_list(more)) items.push_back(item);
  return new_set(items);
}

template <bool inside>
Value keep(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "intersection", {"/other"}, 1);
  const Value other = new_set(to_list(p[0]));
  List items;
  for (const Value& item : to_list(self))
    if (contains(other, item) == inside) items.push_back(item);
  return new_set(items);
}

template <bool subset>
Value compare_sets(Evaluator&, const Value& self, Arguments& arguments) {
  const Parameters p(arguments, "issubset", {"/other"}, 1);
  const Value other = new_set(to_list(p[0]));
  return subset ? less(self, other, "<=") : less(other, self, "<=");
}

constexpr Method of_list[] = {{"append", append}, {"extend", extend}, {"insert", insert},     {"pop", pop_item},
                              {"remove", remove}, {"index", index},   {"count", count},       {"reverse", reverse},
                              {"sort", sort},     {"clear", clear_list}, {"copy", copy_list}};
constexpr Method of_tuple[] = {{"index", index}, {"count", count}};
constexpr Method of_dict[] = {{"get", get},
                              {"keys", view<DictView::Kind::keys>},
                              {"values", view<DictView::Kind::values>},
                              {"items", view<DictView::Kind::items>},
                              {"update", update},
                              {"pop", pop_key},
                              {"popitem", popitem},
                              {"setdefault", setdefault},
                              {"clear", clear_map},
                              {"copy", copy_map},
                              {"fromkeys", fromkeys}};
constexpr Method of_set[] = {{"add", add},         {"discard", discard},           {"remove", discard},
                             {"update", update_set}, {"union", set_union},         {"intersection", keep<true>},
                             {"difference", keep<false>}, {"issubset", compare_sets<true>}, {"issuperset", compare_sets<false>}};

}  // namespace

std::span<const Method> list_methods() { return of_list; }
std::span<const Method> tuple_methods() { return of_tuple; }
std::span<const Method> dict_methods() { return of_dict; }
std::span<const Method> set_methods() { return of_set; }

}  // namespace halite::render
