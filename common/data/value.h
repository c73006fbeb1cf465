// The one value type: YAML, Jinja, JSON, msgpack, grains, pillar and returns are all a Value.
//
// A Value is 24 bytes and cheap to copy: text, lists and maps are shared. Outside the template evaluator values are
// treated as immutable; edit_list() and edit_map() copy a shared container before they hand it out for change. The
// evaluator alone uses shared_list() and shared_map(), through which a change is seen by every holder, as in Python.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace halite {

class Value;
class Map;
using List = std::vector<Value>;

// Bytes that are no text (not valid UTF-8, or read where bytes are meant).
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

// What only a running template knows: tuples, sets, functions, undefined names. Codecs call plain().
class Object {
 public:
  virtual ~Object() = default;
  // A word for error messages: "tuple", "macro".
  virtual std::string_view type_name() const = 0;
  // The nearest plain value (a tuple is a list). Throws Error(invalid) where there is none.
  virtual Value plain() const = 0;
  // The digits of a whole number beyond 64 bits, for the codecs that write any number; empty for all else.
  virtual std::string integer_digits() const { return {}; }
  // Equality and hash among objects of the same kind, for maps and comparison.
  virtual bool equals(const Object& other) const { return this == &other; }
  virtual std::size_t hash() const { return std::hash<const void*>()(this); }
};

class Value {
 public:
  enum class Type { null, boolean, integer, real, string, bytes, list, map, object };

  Value() = default;
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(std::int64_t{value}) {}
  Value(unsigned value) : data_(std::int64_t{value}) {}
  Value(long value) : data_(std::int64_t{value}) {}
  Value(long long value) : data_(std::int64_t{value}) {}
  // Values above the largest int64 become reals, as no Salt data needs them exactly.
  Value(unsigned long value);
  Value(double value) : data_(value) {}
  Value(std::string value) : data_(std::make_shared<const std::string>(std::move(value))) {}
  Value(std::string_view value) : Value(std::string(value)) {}
  Value(const char* value) : Value(std::string(value)) {}
  Value(Bytes value) : data_(std::make_shared<const Bytes>(std::move(value))) {}
  Value(List value) : data_(std::make_shared<List>(std::move(value))) {}
  Value(Map value);
  Value(const std::vector<std::string>& values);
  Value(std::shared_ptr<const Object> object) : data_(std::move(object)) {}
  template <class T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }
  // A pointer would silently become a bool.
  template <class T>
  Value(T*) = delete;

  Type type() const { return static_cast<Type>(data_.index()); }
  // "null", "boolean", "integer", "number", "text", "bytes", "list", "map", or the object's own word.
  std::string_view type_name() const;

  bool is_null() const { return type() == Type::null; }
  bool is_bool() const { return type() == Type::boolean; }
  bool is_int() const { return type() == Type::integer; }
  bool is_real() const { return type() == Type::real; }
  bool is_string() const { return type() == Type::string; }
  bool is_bytes() const { return type() == Type::bytes; }
  bool is_list() const { return type() == Type::list; }
  bool is_map() const { return type() == Type::map; }
  bool is_object() const { return type() == Type::object; }

  // A pointer into the value, or null when it has another type. No conversion of any kind.
  const bool* if_bool() const { return std::get_if<bool>(&data_); }
  const std::int64_t* if_int() const { return std::get_if<std::int64_t>(&data_); }
  const double* if_real() const { return std::get_if<double>(&data_); }
  const std::string* if_string() const { return pointer<const std::string>(); }
  const Bytes* if_bytes() const { return pointer<const Bytes>(); }
  const List* if_list() const { return pointer<List>(); }
  const Map* if_map() const { return pointer<Map>(); }
  const Object* if_object() const { return pointer<const Object>(); }

  // The content, or Error(invalid) "WHAT must be text, not a list". WHAT names the path: "pillar key 'users'".
  bool as_bool(std::string_view what = "the value") const;
  std::int64_t as_int(std::string_view what = "the value") const;
  double as_real(std::string_view what = "the value") const;  // an integer is taken too
  const std::string& as_string(std::string_view what = "the value") const;
  const List& as_list(std::string_view what = "the value") const;
  const Map& as_map(std::string_view what = "the value") const;

  // The value of a key, when this is a map that has it; else null.
  const Value* find(std::string_view key) const;

  // For change by one owner: a container that others hold too is copied first. Throws as as_list() does.
  List& edit_list();
  Map& edit_map();
  // For the evaluator: the container itself, whoever else holds it.
  const std::shared_ptr<List>& shared_list() const;
  const std::shared_ptr<Map>& shared_map() const;
  const std::shared_ptr<const Object>& shared_object() const;
  static Value share(std::shared_ptr<List> list);
  static Value share(std::shared_ptr<Map> map);

  // Same type and same content; maps regardless of order. 1, 1.0 and true are three different values.
  bool operator==(const Value& other) const;

 private:
  template <class T>
  const T* pointer() const {
    const auto* held = std::get_if<std::shared_ptr<T>>(&data_);
    return held ? held->get() : nullptr;
  }

  std::variant<std::monostate, bool, std::int64_t, double, std::shared_ptr<const std::string>,
               std::shared_ptr<const Bytes>, std::shared_ptr<List>, std::shared_ptr<Map>, std::shared_ptr<const Object>>
      data_;
};

// What is text already: finding it needs no Value.
template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view>;

// Keeps insertion order, finds by hash. Keys are scalars (or hashable objects) and compare as Python's do:
// 1, 1.0 and true are one key.
class Map {
 public:
  struct Entry {
    Value key;
    Value value;
  };
  using const_iterator = std::vector<Entry>::const_iterator;

  Map() = default;
  Map(std::initializer_list<std::pair<Value, Value>> entries);

  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  const_iterator begin() const { return entries_.begin(); }
  const_iterator end() const { return entries_.end(); }

  const Value* find(const Value& key) const;
  template <TextLike Text>
  const Value* find(const Text& key) const {
    return find_text(key);
  }
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  // The value, or Error(not_found) naming the key and the nearest one there is.
  const Value& at(std::string_view key) const;
  // The value of the key for change, or null.
  Value* edit(const Value& key);
  template <TextLike Text>
  Value* edit(const Text& key) {
    return const_cast<Value*>(find_text(key));
  }
  // Inserts a null when the key is new.
  Value& operator[](const Value& key);
  // Inserts or replaces; a replaced key keeps its place. Throws Error(invalid) for a list, a map or bytes as key.
  void set(Value key, Value value);
  // Gives back what was there.
  std::optional<Value> erase(const Value& key);
  void clear();
  void reserve(std::size_t count) { entries_.reserve(count); }
  // Text keys in order; other keys are left out.
  std::vector<std::string> keys() const;

  bool operator==(const Map& other) const;

 private:
  static constexpr std::size_t linear_limit = 8;  // below it a scan is quicker than a hash
  const Value* find_text(std::string_view key) const;
  std::size_t position(const Value& key) const;
  std::size_t position(std::string_view key) const;
  std::size_t probe(std::size_t hash) const;
  void index_last();
  void rebuild();

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // open addressing; position + 1, 0 is free; empty while small
};

// Python's rules for keys: numbers compare by value, true is 1.
bool same_key(const Value& a, const Value& b);
std::size_t key_hash(const Value& key);

}  // namespace halite
