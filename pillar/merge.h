// Merging one pillar source over another: pillar_source_merging_strategy.
#pragma once

#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite::pillar {

enum class MergeStrategy {
  smart,      // recurse; Salt takes aggregate for the renderer yamlex, which there is none of
  recurse,    // maps go into each other; anything else is replaced
  aggregate,  // a top-level key is replaced whole
  overwrite,  // the same
  none,       // as recurse, for the one environment that is read
};

// Throws Error(invalid) with the nearest name.
MergeStrategy merge_strategy_from(std::string_view name);

struct MergeOptions {
  MergeStrategy strategy = MergeStrategy::smart;
  bool merge_lists = false;  // a list gets those items of the other that it has not
};

// `over` wins. Keys keep the place that `base` gave them; new ones follow.
Map merge(Map base, const Map& over, const MergeOptions& options = {});

}  // namespace halite::pillar
