#include "bench/swarm/latencies.h"

#include <algorithm>
#include <cmath>

namespace halite::swarm {

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double Latencies::quantile(double share) const {
  if (values_.empty()) return 0;
  std::sort(values_.begin(), values_.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values_.size())));
  return values_[std::clamp<std::size_t>(rank, 1, values_.size()) - 1];
}

std::uint64_t Series::error_count() const {
  std::uint64_t count = 0;
  for (const auto& [reason, times] : errors) count += times;
  return count;
}

}  // namespace halite::swarm
