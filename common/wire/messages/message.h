// How the structs of this folder become maps and back. Each message has `static const Schema<T>& schema()`.
#pragma once

#include <concepts>
#include <string_view>

#include "common/data/schema.h"

namespace halite {

template <class T>
concept Message = requires {
  { T::schema() } -> std::convertible_to<const Schema<T>&>;
};

// A message may be a member of another one.
template <Message T>
struct Convert<T> {
  static std::string type_name() { return "map"; }
  static T decode(const Value& value) {
    const auto* map = value.if_map();
    if (!map) must_be("a map", value);
    return T::schema().decode(*map, Unknown::ignore, "message");
  }
  static Value encode(const T& message) { return T::schema().encode(message); }
};

namespace wire {

// Throws Error(invalid) with every problem; WHAT goes in front. Unknown fields are ignored.
template <Message T>
T decode_message(const Map& map, std::string_view what) {
  return T::schema().decode(map, Unknown::ignore, what);
}
template <Message T>
T decode_message(const Value& value, std::string_view what) {
  return decode_message<T>(value.as_map(what), what);
}
template <Message T>
Map encode_message(const T& message) {
  return T::schema().encode(message);
}

}  // namespace wire
}  // namespace halite
