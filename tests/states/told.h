// What a state result tells, for short tests.
#pragma once

#include <string>

#include "common/data/value.h"

namespace halite::states {

inline std::string comment(const Map& result) {
  return result.at("comment").as_string();
}
inline const Map& changes(const Map& result) {
  return result.at("changes").as_map();
}
inline bool has_failed(const Map& result) {
  return result.at("result") == Value(false);
}
inline Map with(Map args, const char* name, Value value) {
  args.set(name, std::move(value));
  return args;
}

}  // namespace halite::states
