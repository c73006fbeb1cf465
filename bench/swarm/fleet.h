// All simulated minions of this process and what the steps do with them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/swarm/minion.h"
#include "bench/swarm/target_process.h"

namespace halite::swarm {

// What a command line of the operator's printed, and how long it took.
struct CommandRun {
  int exit_code = 0;
  bool timed_out = false;
  std::string output, error;
  double milliseconds = 0;
};

class Fleet {
 public:
  // `host_workers` runs commands and looks at /proc.
  Fleet(Surroundings& surroundings, wire::Workers& host_workers, const std::vector<std::shared_ptr<const KeyPair>>& keys);

  std::vector<std::unique_ptr<Minion>>& minions() { return minions_; }
  Surroundings& around() { return around_; }
  const Options& options() const { return around_.options; }
  Series& series(const std::string& name) { return around_.measures[name]; }

  // Does `action` with every minion, at most so many begun in a second as the options say; ends when all have ended.
  Task<void> each(std::function<Task<void>(Minion&)> action);
  // True once `condition` holds, false when `limit` has passed.
  Task<bool> until(std::function<bool()> condition, wire::Duration limit);
  std::size_t subscribed() const;
  std::size_t accepted() const;

  // The operator's command line with these words behind it.
  Task<CommandRun> publish(std::vector<std::string> words);
  Task<CommandRun> run(std::vector<std::string> words);
  Task<std::optional<ProcessUse>> look_at_target();

 private:
  Surroundings& around_;
  wire::Workers& host_workers_;
  TargetProcess target_;
  std::vector<std::unique_ptr<Minion>> minions_;
};

}  // namespace halite::swarm
