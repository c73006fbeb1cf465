#include "common/data/value.h"

#include <cmath>
#include <functional>
#include <limits>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

[[noreturn]] void wrong_type(std::string_view what, std::string_view wanted, const Value& value) {
  throw Error(ErrorKind::invalid, "{} must be {}, not {}", what, wanted, value.type_name());
}

std::optional<double> key_number(const Value& key) {
  if (const auto* boolean = key.if_bool()) return *boolean ? 1.0 : 0.0;
  if (const auto* integer = key.if_int()) return static_cast<double>(*integer);
  if (const auto* real = key.if_real()) return *real;
  return std::nullopt;
}

}  // namespace

Value::Value(unsigned long value)
    : Value(value <= static_cast<unsigned long>(std::numeric_limits<std::int64_t>::max())
                ? Value(static_cast<long long>(value))
                : Value(static_cast<double>(value))) {}

Value::Value(Map value) : type_(Type::map) { hold(data_.map, std::make_shared<Map>(std::move(value))); }

namespace {

// Freeing a list in a list in a list ... takes a stack frame a level. Beyond some levels, what is to be freed waits in
// a queue until the frames are gone; so no data is too deep to be freed.
struct Freeing {
  static constexpr int most_levels = 200;
  int levels = 0;
  std::vector<Value> waiting;
};

thread_local Freeing freeing;

}  // namespace

void Value::drop() noexcept {
  with_held(*this, []<class T>(std::shared_ptr<T>& mine, std::shared_ptr<T>&) { mine.~shared_ptr<T>(); });
  type_ = Type::null;
}

void Value::release() noexcept {
  if (type_ < Type::list) return drop();
  if (freeing.levels >= Freeing::most_levels) {
    freeing.waiting.emplace_back().take(*this);
    return;
  }
  ++freeing.levels;
  drop();
  while (freeing.levels == 1 && !freeing.waiting.empty()) {
    Value next;
    next.take(freeing.waiting.back());
    freeing.waiting.pop_back();
    next.drop();
  }
  --freeing.levels;
}

Value::Value(const std::vector<std::string>& values) : Value(List(values.begin(), values.end())) {}

std::string_view Value::type_name() const {
  switch (type()) {
    case Type::null: return "null";
    case Type::boolean: return "boolean";
    case Type::integer: return "integer";
    case Type::real: return "number";
    case Type::string: return "text";
    case Type::bytes: return "bytes";
    case Type::list: return "list";
    case Type::map: return "map";
    case Type::object: return if_object()->type_name();
  }
  return "value";
}

bool Value::as_bool(std::string_view what) const {
  if (const auto* value = if_bool()) return *value;
  wrong_type(what, "true or false", *this);
}

std::int64_t Value::as_int(std::string_view what) const {
  if (const auto* value = if_int()) return *value;
  wrong_type(what, "an integer", *this);
}

double Value::as_real(std::string_view what) const {
  if (const auto* value = if_real()) return *value;
  if (const auto* value = if_int()) return static_cast<double>(*value);
  wrong_type(what, "a number", *this);
}

const std::string& Value::as_string(std::string_view what) const {
  if (const auto* value = if_string()) return *value;
  wrong_type(what, "text", *this);
}

const List& Value::as_list(std::string_view what) const {
  if (const auto* value = if_list()) return *value;
  wrong_type(what, "a list", *this);
}

const Map& Value::as_map(std::string_view what) const {
  if (const auto* value = if_map()) return *value;
  wrong_type(what, "a map", *this);
}

const Value* Value::find(std::string_view key) const {
  const Map* map = if_map();
  return map ? map->find(key) : nullptr;
}

List& Value::edit_list() {
  as_list();
  auto& held = data_.list;
  if (held.use_count() > 1) held = std::make_shared<List>(*held);
  return *held;
}

Map& Value::edit_map() {
  as_map();
  auto& held = data_.map;
  if (held.use_count() > 1) held = std::make_shared<Map>(*held);
  return *held;
}

const std::shared_ptr<List>& Value::shared_list() const {
  as_list();
  return data_.list;
}

const std::shared_ptr<Map>& Value::shared_map() const {
  as_map();
  return data_.map;
}

const std::shared_ptr<const Object>& Value::shared_object() const {
  if (!is_object()) wrong_type("the value", "an object", *this);
  return data_.object;
}

Value Value::share(std::shared_ptr<List> list) {
  Value value;
  value.type_ = Type::list;
  hold(value.data_.list, std::move(list));
  return value;
}

Value Value::share(std::shared_ptr<Map> map) {
  Value value;
  value.type_ = Type::map;
  hold(value.data_.map, std::move(map));
  return value;
}

bool Value::operator==(const Value& other) const {
  if (type() != other.type()) return false;
  switch (type()) {
    case Type::string: return *if_string() == *other.if_string();
    case Type::bytes: return *if_bytes() == *other.if_bytes();
    case Type::list: return if_list() == other.if_list() || *if_list() == *other.if_list();
    case Type::map: return if_map() == other.if_map() || *if_map() == *other.if_map();
    case Type::object: return if_object() == other.if_object() || if_object()->equals(*other.if_object());
    case Type::boolean: return data_.boolean == other.data_.boolean;
    case Type::integer: return data_.integer == other.data_.integer;
    case Type::real: return data_.real == other.data_.real;
    case Type::null: break;
  }
  return true;
}

bool same_key(const Value& a, const Value& b) {
  if (a.is_string() || b.is_string()) return a.is_string() && b.is_string() && *a.if_string() == *b.if_string();
  if (a.is_int() && b.is_int()) return *a.if_int() == *b.if_int();
  const auto left = key_number(a);
  const auto right = key_number(b);
  if (left || right) return left && right && *left == *right;
  return a == b;
}

std::size_t key_hash(const Value& key) {
  if (const auto* text = key.if_string()) return std::hash<std::string_view>()(*text);
  if (const auto number = key_number(key)) {
    const bool is_whole = std::floor(*number) == *number && std::abs(*number) < 9.0e15;
    if (is_whole) return std::hash<std::int64_t>()(static_cast<std::int64_t>(*number)) * 0x9E3779B97F4A7C15U;
    if (const auto* integer = key.if_int()) return std::hash<double>()(static_cast<double>(*integer));
    return std::hash<double>()(*number);
  }
  if (key.is_null()) return 0x51ED270B;
  if (const auto* object = key.if_object()) return object->hash();
  throw Error(ErrorKind::invalid, "a {} can't be a key of a map", key.type_name());
}

Map::Map(std::initializer_list<std::pair<Value, Value>> entries) {
  entries_.reserve(entries.size());
  for (const auto& [key, value] : entries) set(key, value);
}

std::size_t Map::probe(std::size_t hash) const { return (hash ^ hash >> 29) & (slots_.size() - 1); }

std::size_t Map::position(const Value& key) const {
  if (const auto* text = key.if_string()) return position(std::string_view(*text));
  const std::size_t hash = key_hash(key);
  if (slots_.empty()) {
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (same_key(entries_[i].key, key)) return i;
    return nowhere;
  }
  for (std::size_t slot = probe(hash); slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1))
    if (same_key(entries_[slots_[slot] - 1].key, key)) return slots_[slot] - 1;
  return nowhere;
}

std::size_t Map::position(std::string_view key) const {
  const auto is_key = [&](std::size_t i) {
    const auto* text = entries_[i].key.if_string();
    return text && *text == key;
  };
  if (slots_.empty()) {
    for (std::size_t i = 0; i < entries_.size(); ++i)
      if (is_key(i)) return i;
    return nowhere;
  }
  for (std::size_t slot = probe(std::hash<std::string_view>()(key)); slots_[slot] != 0;
       slot = (slot + 1) & (slots_.size() - 1))
    if (is_key(slots_[slot] - 1)) return slots_[slot] - 1;
  return nowhere;
}

void Map::index_last() {
  if (entries_.size() <= linear_limit) return;
  if (slots_.empty() || entries_.size() * 2 > slots_.size()) return rebuild();
  std::size_t slot = probe(key_hash(entries_.back().key));
  while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
}

void Map::rebuild() {
  slots_.clear();
  if (entries_.size() <= linear_limit) return;
  std::size_t capacity = 32;
  while (capacity < entries_.size() * 4) capacity *= 2;
  slots_.resize(capacity);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = probe(key_hash(entries_[i].key));
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

const Value* Map::find(const Value& key) const {
  const std::size_t i = position(key);
  return i == nowhere ? nullptr : &entries_[i].value;
}

const Value* Map::find_text(std::string_view key) const {
  const std::size_t i = position(key);
  return i == nowhere ? nullptr : &entries_[i].value;
}

const Value& Map::at(std::string_view key) const {
  if (const Value* value = find(key)) return *value;
  throw Error(ErrorKind::not_found, "there is no key '{}'{}", key, did_you_mean(key, keys()));
}

Value* Map::edit(const Value& key) {
  const std::size_t i = position(key);
  return i == nowhere ? nullptr : &entries_[i].value;
}

Value& Map::operator[](const Value& key) {
  if (Value* value = edit(key)) return *value;
  set(key, Value());
  return entries_.back().value;
}

void Map::set(Value key, Value value) {
  if (Value* existing = edit(key)) {
    *existing = std::move(value);
    return;
  }
  key_hash(key);  // refuses what can't be a key, small maps included
  entries_.push_back({std::move(key), std::move(value)});
  index_last();
}

std::optional<Value> Map::erase(const Value& key) {
  const std::size_t i = position(key);
  if (i == nowhere) return std::nullopt;
  Value value = std::move(entries_[i].value);
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
  rebuild();
  return value;
}

void Map::clear() {
  entries_.clear();
  slots_.clear();
}

std::vector<std::string> Map::keys() const {
  std::vector<std::string> names;
  for (const auto& [key, value] : entries_)
    if (const auto* text = key.if_string()) names.push_back(*text);
  return names;
}

bool Map::operator==(const Map& other) const {
  if (size() != other.size()) return false;
  for (const auto& [key, value] : entries_) {
    const Value* found = other.find(key);
    if (!found || !(*found == value)) return false;
  }
  return true;
}

}  // namespace halite
