#include "common/render/objects.h"

#include <algorithm>

#include "common/render/python.h"

namespace halite::render {

const Value* Arguments::find(std::string_view name) const {
  for (const auto& [key, value] : named)
    if (key == name) return &value;
  return nullptr;
}

std::optional<Value> Arguments::take(std::string_view name) {
  const auto found = std::find_if(named.begin(), named.end(), [&](const auto& pair) { return pair.first == name; });
  if (found == named.end()) return std::nullopt;
  Value value = std::move(found->second);
  named.erase(found);
  return value;
}

Value Tuple::plain() const { return items_; }

bool Tuple::equals(const Object& other) const {
  const Nesting nesting;
  const auto* tuple = dynamic_cast<const Tuple*>(&other);
  return tuple && std::equal(items_.begin(), items_.end(), tuple->items_.begin(), tuple->items_.end(),
                             [](const Value& a, const Value& b) { return equal(a, b); });
}

std::size_t Tuple::hash() const {
  const Nesting nesting;
  std::size_t seed = items_.size();
  for (const Value& item : items_) seed = seed * 1'000'003 ^ key_hash(hashable(item));
  return seed;
}

Value Set::plain() const {
  List items;
  for (const auto& [key, value] : items_) items.push_back(key);
  return items;
}

bool Set::equals(const Object& other) const {
  const auto* set = dynamic_cast<const Set*>(&other);
  return set && set->items_.size() == items_.size() &&
         std::all_of(items_.begin(), items_.end(), [&](const Map::Entry& e) { return set->items_.find(e.key); });
}

void Set::add(const Value& value) const {
  const Value key = hashable(value);
  if (!items_.find(key)) items_.set(key, nullptr);
}

bool Markup::equals(const Object& other) const {
  const auto* markup = dynamic_cast<const Markup*>(&other);
  return markup && markup->text_ == text_;
}

Value Range::plain() const {
  List items;
  for (std::size_t i = 0; i < size(); ++i) items.push_back(at(i));
  return items;
}

std::size_t Range::size() const {
  if (step_ > 0 && start_ < stop_)
    return static_cast<std::size_t>((static_cast<std::uint64_t>(stop_) - static_cast<std::uint64_t>(start_) - 1) /
                                        static_cast<std::uint64_t>(step_) + 1);
  if (step_ < 0 && start_ > stop_)
    return static_cast<std::size_t>((static_cast<std::uint64_t>(start_) - static_cast<std::uint64_t>(stop_) - 1) /
                                        (std::uint64_t{0} - static_cast<std::uint64_t>(step_)) + 1);
  return 0;
}

std::optional<Value> Range::attribute(std::string_view name) const {
  if (name == "start") return start_;
  if (name == "stop") return stop_;
  if (name == "step") return step_;
  return std::nullopt;
}

std::string Range::text() const {
  if (step_ == 1) return fmt::format("range({}, {})", start_, stop_);
  return fmt::format("range({}, {}, {})", start_, stop_, step_);
}

Value Generator::plain() const {
  List items;
  for (Value value; source_->next(value);) items.push_back(std::move(value));
  return items;
}

Value DictView::entry(const Map::Entry& entry) const {
  switch (kind_) {
    case Kind::keys: return entry.key;
    case Kind::values: return entry.value;
    case Kind::items: return make_tuple({entry.key, entry.value});
  }
  return {};
}

Value DictView::plain() const {
  List items;
  for (const Map::Entry& each : *map_) items.push_back(entry(each));
  return items;
}

Value Callable::plain() const { fail("a function is no data: {}", text()); }

std::optional<Value> Namespace::attribute(std::string_view name) const {
  const Value* value = values_->find(name);
  return value ? std::optional<Value>(*value) : std::nullopt;
}

std::optional<Value> Module::attribute(std::string_view name) const {
  const Value* value = exported_.find(name);
  return value ? std::optional<Value>(*value) : std::nullopt;
}

const std::string* if_text(const Value& value) {
  if (const std::string* text = value.if_string()) return text;
  const auto* markup = if_object<Markup>(value);
  return markup ? &markup->text() : nullptr;
}

const List* if_sequence(const Value& value) {
  if (const List* list = value.if_list()) return list;
  if (!value.is_object()) return nullptr;
  if (const auto* tuple = if_object<Tuple>(value)) return &tuple->items();
  const auto* group = if_object<Group>(value);
  return group ? &group->items() : nullptr;
}

const Map* if_dict(const Value& value) {
  if (const Map* map = value.if_map()) return map;
  const auto* ordered = if_object<OrderedMap>(value);
  return ordered ? ordered->map().get() : nullptr;
}

std::shared_ptr<Map> shared_dict(const Value& value) {
  if (value.is_map()) return value.shared_map();
  const auto* ordered = if_object<OrderedMap>(value);
  return ordered ? ordered->map() : nullptr;
}

const Undefined* if_undefined(const Value& value) { return if_object<Undefined>(value); }

}  // namespace halite::render
