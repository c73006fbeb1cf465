// What became of each job that the swarm received: how many minions got it, and how many of their returns the master took.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "bench/swarm/latencies.h"
#include "bench/swarm/publications.h"

namespace halite::swarm {

class Minion;

struct JobRecord {
  std::size_t received = 0, returned = 0, lost = 0;  // lost: the master did not take the return
  Clock::time_point first_received;
};

// Returns that wait for a step to let them go.
struct HeldReturn {
  Minion* minion = nullptr;
  std::shared_ptr<const PublishedJob> job;
};

struct JobBook {
  std::map<std::string, JobRecord> jobs;
  bool holds_returns = false;  // of all but test.ping and find_job
  std::deque<HeldReturn> held;
};

}  // namespace halite::swarm
