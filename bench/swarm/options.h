// What the command line of halite-swarm says.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "common/config/options.h"
#include "common/data/value.h"

namespace halite::swarm {

// One thing to measure: "returns:1024:50" is the name and its arguments.
struct StepText {
  std::string name;
  std::vector<std::string> arguments;

  // The argument at `position` as a number within the limits; `standard` when it is absent. Throws UsageError naming the step.
  std::int64_t number(std::size_t position, std::int64_t standard, std::int64_t low, std::int64_t high) const;
  std::string text(std::size_t position, const std::string& standard) const;
};

struct Options {
  std::string host = "127.0.0.1";
  int request_port = 4506;
  std::size_t minions = 100;
  std::vector<std::string> id_patterns{"swarm-{}"};  // taken in turn; {} is the number
  std::string key_directory;
  std::size_t key_pool = 0;          // so many key pairs, shared by all ids; 0: one each
  int level = 3;                     // of the protocol
  bool tells_its_topic = true;       // subscribes to the topic of its id too, as Halite's minions do
  std::size_t connections_max = 1000;
  double starts_per_second = 0;      // 0: no limit
  std::chrono::milliseconds jitter{0};  // before re-authentication
  std::chrono::seconds step_limit{600};
  std::size_t return_size_bytes = 64;  // of functions that name no size
  Map grains;
  std::vector<std::string> command;  // the operator's command line: "halite -c DIR"
  std::string target = "*";          // whom its jobs are for: all minions of the swarm and nobody else
  std::vector<std::string> restart;  // restarts the master
  std::vector<int> target_pids;
  std::string target_pid_file;
  bool as_json = false;
  std::vector<StepText> steps;
};

CommandLine command_line();
// Throws UsageError.
Options options_from(const ParsedOptions& parsed);

}  // namespace halite::swarm
