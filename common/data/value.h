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
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  Value(const Value& other) { copy(other); }
  Value(Value&& other) noexcept { take(other); }
  Value& operator=(const Value& other) {
    if (this != &other) *this = Value(other);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    if (this == &other) return *this;
    Value old;  // goes last: it may hold `other`
    old.take(*this);
    take(other);
    return *this;
  }
  ~Value() {
    if (is_held()) release();
  }
  Value(std::nullptr_t) {}
  Value(bool value) : type_(Type::boolean) { data_.boolean = value; }
  Value(int value) : Value(static_cast<long long>(value)) {}
  Value(unsigned value) : Value(static_cast<long long>(value)) {}
  Value(long value) : Value(static_cast<long long>(value)) {}
  Value(long long value) : type_(Type::integer) { data_.integer = value; }
  // Values above the largest int64 become reals, as no Salt data needs them exactly.
  Value(unsigned long value);
  Value(double value) : type_(Type::real) { data_.real = value; }
  Value(std::string value) : type_(Type::string) { hold(data_.text, std::make_shared<const std::string>(std::move(value))); }
  Value(std::string_view value) : Value(std::string(value)) {}
  Value(const char* value) : Value(std::string(value)) {}
  Value(Bytes value) : type_(Type::bytes) { hold(data_.bytes, std::make_shared<const Bytes>(std::move(value))); }
  Value(List value) : type_(Type::list) { hold(data_.list, std::make_shared<List>(std::move(value))); }
  Value(Map value);
  Value(const std::vector<std::string>& values);
  Value(std::shared_ptr<const Object> object) : type_(Type::object) { hold(data_.object, std::move(object)); }
  template <class T>
  Value(const std::optional<T>& value) {
    if (value) *this = Value(*value);
  }
  // A pointer would silently become a bool.
  template <class T>
  Value(T*) = delete;

  Type type() const { return type_; }
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
  const bool* if_bool() const { return is_bool() ? &data_.boolean : nullptr; }
  const std::int64_t* if_int() const { return is_int() ? &data_.integer : nullptr; }
  const double* if_real() const { return is_real() ? &data_.real : nullptr; }
  const std::string* if_string() const { return is_string() ? data_.text.get() : nullptr; }
  const Bytes* if_bytes() const { return is_bytes() ? data_.bytes.get() : nullptr; }
  const List* if_list() const { return is_list() ? data_.list.get() : nullptr; }
  const Map* if_map() const { return is_map() ? data_.map.get() : nullptr; }
  const Object* if_object() const { return is_object() ? data_.object.get() : nullptr; }

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
  // A union by hand: std::variant goes through a table of functions for each copy and destruction, which was a fifth of
  // a render's time.
  union Data {
    Data() : integer(0) {}
    ~Data() {}
    bool boolean;
    std::int64_t integer;
    double real;
    std::shared_ptr<const std::string> text;
    std::shared_ptr<const Bytes> bytes;
    std::shared_ptr<List> list;
    std::shared_ptr<Map> map;
    std::shared_ptr<const Object> object;
  };

  bool is_held() const { return type_ > Type::real; }
  template <class T>
  static void hold(std::shared_ptr<T>& place, std::shared_ptr<T> held) {
    new (&place) std::shared_ptr<T>(std::move(held));
  }
  // Calls `work(data_.X, other.data_.X)` for the pointer that is held.
  template <class Work>
  void with_held(Value& other, const Work& work) {
    switch (type_) {
      case Type::string: return work(data_.text, other.data_.text);
      case Type::bytes: return work(data_.bytes, other.data_.bytes);
      case Type::list: return work(data_.list, other.data_.list);
      case Type::map: return work(data_.map, other.data_.map);
      case Type::object: return work(data_.object, other.data_.object);
      default: return;
    }
  }
  // Both are for a value that is null.
  void copy(const Value& other) {
    type_ = other.type_;
    if (!is_held())
      data_.integer = other.data_.integer;
    else
      with_held(const_cast<Value&>(other), [](auto& mine, const auto& theirs) { hold(mine, theirs); });
  }
  void take(Value& other) noexcept {
    type_ = other.type_;
    if (!is_held()) {
      data_.integer = other.data_.integer;
      return;
    }
    with_held(other, []<class T>(std::shared_ptr<T>& mine, std::shared_ptr<T>& theirs) {
      hold(mine, std::move(theirs));
      theirs.~shared_ptr<T>();
    });
    other.type_ = Type::null;
  }
  void release() noexcept;
  void drop() noexcept;

  Type type_ = Type::null;
  Data data_;
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
