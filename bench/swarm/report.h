// What one step gave, for a person and for a program.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/swarm/minion.h"
#include "bench/swarm/target_process.h"
#include "common/data/value.h"

namespace halite::swarm {

struct TargetSample {
  double seconds = 0;  // since the step began
  ProcessUse use;
};

struct StepReport {
  std::string step;          // as given: "ping:5"
  std::string unit = "done"; // what is counted
  double seconds = 0;        // of the work itself
  std::string main_series;   // whose count, rate and latencies are the step's; empty: none
  Measures measures;
  std::vector<std::pair<std::string, Value>> figures;  // what else this step tells
  std::vector<std::string> failures;                   // sentences; none: it went well
  bool was_cut = false;                                // at its limit; what it began still goes on
  std::optional<ProcessUse> before, after;
  std::vector<TargetSample> samples;  // while it ran
  double target_memory_max_mb = 0;
  std::size_t target_descriptors_max = 0;
  double own_processor_s = 0;

  bool is_good() const;
};

std::string text_of(const StepReport& report);
Map json_of(const StepReport& report);

}  // namespace halite::swarm
