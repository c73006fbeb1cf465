// The entry of a map that fits a value: grains.filter_by, pillar.filter_by.
#pragma once

#include <string>

#include "common/data/schema.h"
#include "common/data/value.h"

namespace halite::minion {

struct FilterBy {
  Map lookup;
  Value merge;
  Value standard = "default";
  std::string base;
};

// Maps are merged key by key; a list replaces a list. Throws Error(invalid), naming `function`, for a merge into what is no map.
Value chosen(const FilterBy& filter, const Value& value, const char* function);

template <class T>
Schema<T> filter_by_schema(std::string T::*by, const char* name, const char* doc, bool is_required) {
  auto schema = Schema<T>().required(static_cast<Map T::*>(&T::lookup), "lookup_dict", "Entries by the value; globs too.");
  return (is_required ? schema.required(by, name, doc) : schema.optional(by, name, doc))
      .optional(static_cast<Value T::*>(&T::merge), "merge", "A map merged over the result.")
      .optional(static_cast<Value T::*>(&T::standard), "default", "The entry for a value that fits none.")
      .optional(static_cast<std::string T::*>(&T::base), "base", "An entry merged under the result.");
}

}  // namespace halite::minion
