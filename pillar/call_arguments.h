// Reading what a template gives to a function: by place or by name. Private to this folder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.h"
#include "common/data/value.h"

namespace halite::pillar {

using Positional = std::vector<Value>;

// Null when it is not given.
inline const Value* argument(const Positional& positional, const Map& named, std::size_t at, std::string_view name) {
  return at < positional.size() ? &positional[at] : named.find(name);
}

inline const Value& required(const Positional& positional, const Map& named, std::size_t at, std::string_view name) {
  const auto* value = argument(positional, named, at, name);
  if (!value) throw Error(ErrorKind::invalid, "the argument '{}' is missing", name);
  return *value;
}

inline std::string text_at(const Positional& positional, const Map& named, std::size_t at, std::string_view name) {
  return required(positional, named, at, name).as_string(fmt::format("the argument '{}'", name));
}

inline std::string text_or(const Value* value, std::string_view otherwise) {
  return value && value->is_string() ? value->as_string() : std::string(otherwise);
}

inline bool flag_or(const Value* value, bool otherwise) { return value && value->is_bool() ? value->as_bool() : otherwise; }

}  // namespace halite::pillar
