// The daemon: joins its master, takes jobs, returns what came of them. Everything live is on one loop; nothing there blocks.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "common/wire/master_connection.h"
#include "minion/execute.h"
#include "minion/journal.h"
#include "minion/loop_link.h"
#include "minion/machine.h"
#include "minion/returners.h"
#include "minion/schedule/scheduler.h"

namespace halite::minion {

class Minion {
 public:
  // What is passed must outlive it. `quick` answers light functions; `slow` watches over job processes, one thread each.
  Minion(wire::Loop& loop, wire::Workers& quick, wire::Workers& slow, wire::MasterConnection& master, Host& host,
         Probe& probe, const LoadedSettings<MinionSettings>& config);

  // Until the master refuses this minion, or for ever. Throws Error(denied) when it does.
  Task<void> run();

  // As if the master had published it; also what tests call.
  Task<void> take_publication(Map load);

 private:
  Task<void> prepare();
  Task<void> tend();
  Task<void> watch();
  Task<bool> is_meant(Job job, std::string delimiter);
  Task<void> start(Job job);
  Task<void> run_light(Job job);
  Task<void> run_in_process(Job job);
  Task<void> deliver(std::string jid, Map load);
  Task<void> deliver_waiting();
  Task<void> send_start_events();
  Task<void> update_mine();
  Task<void> tell_of_disk(bool is_full);
  void report_unfinished();
  Task<void> follow_unfinished();
  Map interruption(const Job& job, const std::string& why);
  std::optional<Map> keep_interruption(const Job& job, const std::string& why);

  wire::Loop& loop_;
  wire::Workers& quick_;
  wire::Workers& slow_;
  wire::MasterConnection& master_;
  Host& host_;
  const LoadedSettings<MinionSettings>& config_;
  LoopLink link_;
  Machine machine_;
  Returners returners_;
  Journal journal_;
  ReturnStore returns_;
  std::set<std::string> in_process_;  // job ids whose processes run
  std::vector<Map> unfinished_;       // jobs of a daemon that crashed, whose processes still run
  Scheduler scheduler_;
  bool is_delivering_ = false;
  bool is_disk_full_ = false;         // as the master was told last
};

}  // namespace halite::minion
