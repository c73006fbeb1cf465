// Between Value and the member types that a Schema may describe. No silent conversion: "yes" is no boolean and
// 1.5 no integer; but a number where text is wanted is refused with both named.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/data/value.h"

namespace halite {

// decode throws Error(invalid) whose text follows the field's name: "must be text, not an integer".
template <class T>
struct Convert;

template <class T>
inline constexpr bool is_optional_v = false;
template <class T>
inline constexpr bool is_optional_v<std::optional<T>> = true;

// A value as one short line, for documentation and messages.
std::string short_text(const Value& value);
[[noreturn]] void must_be(std::string_view wanted, const Value& value);

template <>
struct Convert<Value> {
  static std::string type_name() { return "any value"; }
  static Value decode(const Value& value) { return value; }
  static Value encode(const Value& value) { return value; }
};

template <>
struct Convert<bool> {
  static std::string type_name() { return "boolean"; }
  static bool decode(const Value& value) {
    if (const auto* held = value.if_bool()) return *held;
    must_be("true or false", value);
  }
  static Value encode(bool value) { return value; }
};

template <>
struct Convert<std::int64_t> {
  static std::string type_name() { return "integer"; }
  static std::int64_t decode(const Value& value) {
    if (const auto* held = value.if_int()) return *held;
    must_be("an integer", value);
  }
  static Value encode(std::int64_t value) { return value; }
};

template <>
struct Convert<double> {
  static std::string type_name() { return "number"; }
  static double decode(const Value& value) {
    if (const auto* held = value.if_real()) return *held;
    if (const auto* held = value.if_int()) return static_cast<double>(*held);
    must_be("a number", value);
  }
  static Value encode(double value) { return value; }
};

template <>
struct Convert<std::string> {
  static std::string type_name() { return "text"; }
  static std::string decode(const Value& value) {
    if (const auto* held = value.if_string()) return *held;
    must_be("text", value);
  }
  static Value encode(const std::string& value) { return value; }
};

// Bytes on the wire: text or bytes are both taken.
template <>
struct Convert<Bytes> {
  static std::string type_name() { return "bytes"; }
  static Bytes decode(const Value& value) {
    if (const auto* held = value.if_bytes()) return *held;
    if (const auto* held = value.if_string()) return Bytes{*held};
    must_be("bytes", value);
  }
  static Value encode(const Bytes& value) { return value; }
};

// Seconds, whole or not, as Salt's options give them.
template <>
struct Convert<std::chrono::milliseconds> {
  static std::string type_name() { return "seconds"; }
  static std::chrono::milliseconds decode(const Value& value) {
    const double seconds = Convert<double>::decode(value);
    if (!(seconds >= 0 && seconds < 1e10)) throw Error(ErrorKind::invalid, "must be seconds from 0 to 1e10");
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }
  static Value encode(std::chrono::milliseconds value) {
    const auto count = value.count();
    return count % 1000 == 0 ? Value(std::int64_t{count / 1000}) : Value(static_cast<double>(count) / 1000);
  }
};

template <>
struct Convert<Map> {
  static std::string type_name() { return "map"; }
  static Map decode(const Value& value) {
    if (const auto* held = value.if_map()) return *held;
    must_be("a map", value);
  }
  static Value encode(const Map& value) { return value; }
};

template <class T>
struct Convert<std::optional<T>> {
  static std::string type_name() { return Convert<T>::type_name(); }
  static std::optional<T> decode(const Value& value) {
    if (value.is_null()) return std::nullopt;
    return Convert<T>::decode(value);
  }
  static Value encode(const std::optional<T>& value) { return value ? Convert<T>::encode(*value) : Value(); }
};

template <class T>
struct Convert<std::vector<T>> {
  static std::string type_name() { return "list of " + Convert<T>::type_name(); }
  static std::vector<T> decode(const Value& value) {
    const auto* list = value.if_list();
    if (!list) must_be("a list", value);
    std::vector<T> result;
    result.reserve(list->size());
    for (std::size_t i = 0; i < list->size(); ++i) {
      try {
        result.push_back(Convert<T>::decode((*list)[i]));
      } catch (const Error& error) {
        throw Error(ErrorKind::invalid, "item {}: {}", i + 1, error.message());
      }
    }
    return result;
  }
  static Value encode(const std::vector<T>& values) {
    List list;
    list.reserve(values.size());
    for (const auto& value : values) list.push_back(Convert<T>::encode(value));
    return list;
  }
};

template <class T>
struct Convert<std::map<std::string, T>> {
  static std::string type_name() { return "map of " + Convert<T>::type_name(); }
  static std::map<std::string, T> decode(const Value& value) {
    const auto* map = value.if_map();
    if (!map) must_be("a map", value);
    std::map<std::string, T> result;
    for (const auto& [key, item] : *map) {
      const std::string* name = key.if_string();
      if (!name) throw Error(ErrorKind::invalid, "has a key that is {}, not text", key.type_name());
      try {
        result.emplace(*name, Convert<T>::decode(item));
      } catch (const Error& error) {
        throw Error(ErrorKind::invalid, "key '{}': {}", *name, error.message());
      }
    }
    return result;
  }
  static Value encode(const std::map<std::string, T>& values) {
    Map map;
    for (const auto& [key, value] : values) map.set(key, Convert<T>::encode(value));
    return map;
  }
};

}  // namespace halite
