// One job that has not ended: who is meant, who has answered. Lives on the loop thread.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/wire/loop.h"
#include "common/wire/messages/job.h"

namespace halite::master {

// A job that goes to a few minions at a time, as the places of those before become free.
struct Batch {
  std::size_t size = 1;                     // minions at work at the same time
  std::chrono::milliseconds pause{0};       // a place stays empty for so long
  bool ends_at_failure = false;
  std::deque<std::string> unsent;           // who has not been sent the job, in their order; they are in Job::waiting too
};

struct Job {
  Job(wire::Loop& loop, std::string id) : jid(std::move(id)), changed(loop) {}

  std::string jid;
  Map load;                                     // as published
  std::vector<std::string> minions;             // sorted
  std::vector<std::string> missing;
  std::chrono::milliseconds timeout{5'000};
  std::chrono::milliseconds gather_timeout{10'000};

  std::set<std::string> waiting;                // who has no outcome yet
  std::set<std::string> was_running;            // who said so when asked
  std::map<std::string, std::string> outcomes;
  bool is_finished = false;
  std::optional<Batch> batch;

  // For the caller that waits for this job; nothing is kept when there is none.
  bool is_watched = false;
  std::deque<wire::JobEvent> events;
  wire::WaitPoint changed;
};

// The question to some minions whether they still run a job.
struct Probe {
  explicit Probe(wire::Loop& loop) : changed(loop) {}
  std::set<std::string> asked;
  std::map<std::string, bool> is_running;       // by minion that answered
  wire::WaitPoint changed;
};

}  // namespace halite::master
