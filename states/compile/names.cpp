#include "states/compile/names.h"

#include "common/base/strings.h"

namespace halite::states {

std::vector<std::string> split_names(const Value& names) {
  std::vector<std::string> result;
  if (names.is_null()) return result;
  if (const auto* number = names.if_int()) return {std::to_string(*number)};
  if (const List* list = names.if_list()) {
    for (const auto& name : *list)
      for (auto& one : split_names(name)) result.push_back(std::move(one));
    return result;
  }
  for (const auto& part : split(names.as_string("a name"), ','))
    if (const auto name = trim(part); !name.empty()) result.emplace_back(name);
  return result;
}

List excluded(const Value& exclude) {
  if (const List* list = exclude.if_list()) return *list;
  List names;
  for (auto& name : split_names(exclude)) names.push_back(std::move(name));
  return names;
}

}  // namespace halite::states
