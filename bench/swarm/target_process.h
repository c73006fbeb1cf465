// What the master costs: processor time, proportional memory and descriptors, from /proc, of it and its children.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace halite::swarm {

struct ProcessUse {
  double processor_s = 0;
  double memory_mb = 0;      // proportional set size
  std::size_t descriptors = 0;
  std::size_t processes = 0;
};

class TargetProcess {
 public:
  // `pid_file` is read anew each time, for a master that is restarted. Without either there is nothing to look at.
  TargetProcess(std::vector<int> pids, std::string pid_file) : pids_(std::move(pids)), pid_file_(std::move(pid_file)) {}

  // Nothing when there is none, or it has ended.
  std::optional<ProcessUse> look() const;

 private:
  std::vector<int> pids_;
  std::string pid_file_;
};

// The numbers of /proc/PID/stat that count here. Nothing for what is no such line.
struct ProcessStat {
  int parent = 0;
  unsigned long long ticks = 0;  // user and system
};
std::optional<ProcessStat> parse_process_stat(const std::string& line);

}  // namespace halite::swarm
