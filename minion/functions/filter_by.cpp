#include "minion/functions/filter_by.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "pillar/merge.h"

namespace halite::minion {
namespace {

const pillar::MergeOptions deep{.strategy = pillar::MergeStrategy::recurse, .merge_lists = false};

const Value* chosen_entry(const FilterBy& filter, const Value& value) {
  const List values = value.is_list() ? value.as_list() : List{value};
  for (const auto& one : values) {
    if (!one.is_string()) {
      if (const Value* found = one.is_null() ? nullptr : filter.lookup.find(one)) return found;
      continue;
    }
    for (const auto& [key, entry] : filter.lookup)
      if (key.if_string() && (*key.if_string() == one.as_string() || glob_match(*key.if_string(), one.as_string())))
        return &entry;
  }
  return filter.standard.is_null() ? nullptr : filter.lookup.find(filter.standard);
}

}  // namespace

Value chosen(const FilterBy& filter, const Value& value, const char* function) {
  const Value* entry = chosen_entry(filter, value);
  Value result = entry ? *entry : Value();
  if (!filter.base.empty()) {
    const Value* base = filter.lookup.find(std::string_view(filter.base));
    if (base && base->is_map()) {
      result = result.is_map() ? pillar::merge(base->as_map(), result.as_map(), deep) : base->as_map();
    }
  }
  if (filter.merge.is_map()) {
    if (result.is_null()) result = Map{};
    if (!result.is_map()) throw Error(ErrorKind::invalid, "{} can merge into a map only, not into {}", function, result.type_name());
    result = pillar::merge(result.as_map(), filter.merge.as_map(), deep);
  }
  return result;
}

}  // namespace halite::minion
