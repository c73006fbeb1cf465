// How far a state run has come: told to the master while it lasts, and noted on disk for the case that it is killed.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

#include "minion/master_link.h"
#include "minion/running_jobs.h"
#include "states/run/run.h"

namespace halite::minion {

// Tells from a thread of its own, so that one long state is told of too. A run of less than a second tells nothing.
// The event is Salt's "salt/job/JID/prog/ID/N"; its data are {done, len, running}.
class Progress {
 public:
  // `master` may be null: then only the note is written. Both must outlive this.
  Progress(RunningJobs& jobs, MasterLink* master, std::string jid, std::string id);
  ~Progress();
  Progress(const Progress&) = delete;

  void starting(const states::Headway& headway);

 private:
  void tell_until_stopped();
  void tell(const std::string& what, std::size_t ended, std::size_t total);

  RunningJobs::Note note_;
  MasterLink* master_;
  std::string jid_, id_;

  std::mutex mutex_;  // of what follows
  std::condition_variable stopping_;
  bool is_stopped_ = false;
  std::string what_;
  std::size_t ended_ = 0, total_ = 0;
  std::thread thread_;
};

}  // namespace halite::minion
