// Hands results to the returners that a job, its schedule or this minion's configuration names.
#pragma once

#include <string>
#include <vector>

#include "common/config/load_settings.h"
#include "common/host/host.h"
#include "minion/execute.h"

namespace halite::minion {

class Returners {
 public:
  Returners(const MinionSettings& settings, Host& host) : settings_(settings), host_(host) {}

  // `load` is what goes to the master. Never throws: a returner that fails is told in the log, and the result still goes to
  // the master. Writes to disk.
  void take(const Job& job, const Map& load) const;
  // Whether `take` would do something.
  bool are_wanted(const Job& job) const { return !job.ret.empty() || !settings_.returners.items.empty(); }

 private:
  const MinionSettings& settings_;
  Host& host_;
};

}  // namespace halite::minion
