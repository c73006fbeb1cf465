// Private to unified_diff: which runs of lines two texts share, found as Python's difflib.SequenceMatcher finds them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace halite {

struct MatchingBlock {
  std::size_t from = 0;
  std::size_t to = 0;
  std::size_t size = 0;
};

// Equal numbers are equal lines. The blocks are in order, neighbours are joined, and the last one is empty and marks the
// end of both. Nothing when it would take more than `work_limit` comparisons (the default is about half a second).
std::optional<std::vector<MatchingBlock>> matching_blocks(const std::vector<std::size_t>& from,
                                                          const std::vector<std::size_t>& to,
                                                          std::size_t work_limit = 50'000'000);

}  // namespace halite
