// The counts at the end of a state run. Private to this folder.
#pragma once

#include <string>
#include <vector>

#include "common/output/outputter.h"
#include "common/output/state_result.h"

namespace halite::formats {

struct StateSummary {
  std::int64_t succeeded = 0, unchanged = 0, failed = 0, warned = 0;  // `unchanged`: those that would change
  std::int64_t changed = 0;
  double sequential_ms = 0, longest_parallel_ms = 0;

  void count(const StateResult& state, bool has_changes);
  std::int64_t total() const { return succeeded + unchanged + failed; }
};

void append_summary(std::vector<std::string>& blocks, const std::string& host, const StateSummary& summary,
                    const OutputOptions& options);

}  // namespace halite::formats
