// The orchestrations that run now, each in a process of its own. Lives on the loop thread and never blocks.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>

#include "common/config/master_settings.h"
#include "common/wire/control_server.h"
#include "common/wire/loop.h"
#include "master/orchestrate/order.h"
#include "master/runners/runner_table.h"

namespace halite::master {

class Orchestrations {
 public:
  // `socket_path` is where the processes ask. `limit`: processes at the same time; one more is refused, as a queue could hold
  // what those before it wait for.
  Orchestrations(wire::Loop& loop, std::string socket_path, Map settings, std::size_t limit = 32);
  ~Orchestrations();

  // Starts a process for the order (whose `settings` are filled in here) and waits for its result. Throws Error(unavailable)
  // when too many run, and Error(internal) when the process ends without a result.
  Task<wire::RunnerResult> run(OrchestrationOrder order, RunnerCaller caller);

  // Whoever asks from a process of ours does so for the operator who started the run, with the rights of that operator.
  wire::Caller acting_for(wire::Caller caller) const;
  // What the processes ask and say. Throw Error(denied) for any other process.
  OrchestrationOrder take(pid_t pid) const;
  Task<void> say(pid_t pid, std::string text);
  void take_result(pid_t pid, const OrchestrationPart& part);

  // It ends between two states, or at once where it waits. False when there is none with this job id.
  bool tell_to_end(const std::string& jid);

 private:
  struct Process;
  std::shared_ptr<Process> of(pid_t pid) const;
  Task<wire::RunnerResult> wait(std::shared_ptr<Process> process);

  wire::Loop& loop_;
  const std::string socket_path_;
  const Map settings_;
  const std::size_t limit_;
  std::map<pid_t, std::shared_ptr<Process>> processes_;  // until their end was waited for, so no other process has the number
};

}  // namespace halite::master
