// Merging one pillar source over another.
#include "pillar/merge.h"

#include <algorithm>
#include <array>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::pillar {
namespace {

constexpr std::array<std::pair<std::string_view, MergeStrategy>, 5> strategies{{
    {"smart", MergeStrategy::smart},
    {"recurse", MergeStrategy::recurse},
    {"aggregate", MergeStrategy::aggregate},
    {"overwrite", MergeStrategy::overwrite},
    {"none", MergeStrategy::none},
}};

void recurse(Map& base, const Map& over, bool merge_lists) {
  for (const auto& [key, value] : over) {
    auto* there = base.edit(key);
    if (there && there->is_map() && value.is_map()) {
      recurse(there->edit_map(), *value.if_map(), merge_lists);
    } else if (there && merge_lists && there->is_list() && value.is_list()) {
      const List first = *there->if_list();
      auto& list = there->edit_list();
      for (const auto& item : *value.if_list())
        if (std::find(first.begin(), first.end(), item) == first.end()) list.push_back(item);
    } else {
      base.set(key, value);
    }
  }
}

}  // namespace

MergeStrategy merge_strategy_from(std::string_view name) {
  std::vector<std::string> names;
  for (const auto& [known, strategy] : strategies) {
    if (known == name) return strategy;
    names.emplace_back(known);
  }
  throw Error(ErrorKind::invalid, "'{}' is no pillar_source_merging_strategy; there are {}{}", name, join(names, ", "),
              did_you_mean(name, names));
}

Map merge(Map base, const Map& over, const MergeOptions& options) {
  const bool is_shallow = options.strategy == MergeStrategy::aggregate || options.strategy == MergeStrategy::overwrite;
  if (is_shallow) {
    for (const auto& [key, value] : over) base.set(key, value);
  } else {
    recurse(base, over, options.merge_lists && options.strategy != MergeStrategy::none);
  }
  return base;
}

}  // namespace halite::pillar
