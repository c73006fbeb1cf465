// What a step measures: how often something was done, how long it took, and what went wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace halite::swarm {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start);

class Latencies {
 public:
  void add(double milliseconds) { values_.push_back(static_cast<float>(milliseconds)); }
  std::size_t count() const { return values_.size(); }
  // The smallest value that `share` (0 to 1) of all values do not exceed; 0 when there are none.
  double quantile(double share) const;
  double max() const { return quantile(1); }

 private:
  // Sorted when asked.
  mutable std::vector<float> values_;
};

// One kind of action during a step: "_auth", "_return", "ping".
struct Series {
  Latencies latencies;                        // of those that succeeded
  std::map<std::string, std::uint64_t> errors;  // by reason: the measure is spoilt
  std::map<std::string, std::uint64_t> retries; // by reason: as a real minion would, it was tried again
  std::uint64_t bytes = 0;

  std::uint64_t error_count() const;
};

}  // namespace halite::swarm
