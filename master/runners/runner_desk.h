// Runs the master's own functions as jobs: each has an id, tells the event bus of its start and end, and goes on when its
// caller leaves. Lives on the loop thread.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "master/events/event_bus.h"
#include "master/jobs/job_board.h"
#include "master/rights/audit_trail.h"
#include "master/runners/runner_table.h"
#include "master/store/store.h"

namespace halite::master {

struct RunnerJob {
  explicit RunnerJob(wire::Loop& loop) : changed(loop) {}

  std::string jid;
  std::string fun;  // "runner.jobs.active"
  std::string user;
  List arguments;   // with keyword arguments as a marked last map
  bool is_watched = false;
  std::deque<std::string> said;  // for the caller that waits; the newest alone when it reads slowly
  std::optional<wire::RunnerResult> result;
  std::optional<Error> error;
  wire::WaitPoint changed;

  bool is_finished() const { return result || error; }
};

struct RunnerDeskParts {
  wire::Loop& loop;
  Host& host;
  Store& store;
  EventBus& events;
  JobBoard& jobs;
  AuditTrail& audit;
  std::string id;  // of the master as a minion: NAME_master
};

class RunnerDesk {
 public:
  // `running_limit`: functions that run at the same time.
  explicit RunnerDesk(RunnerDeskParts parts, std::size_t running_limit = 200);

  // `table` is the runners or the wheel functions ("runner", "wheel"); it must outlive the run. It is in the audit
  // record before it begins. Throws Error(not_found) for an
  // unknown function and Error(unavailable) when too many run.
  Task<std::shared_ptr<RunnerJob>> start(const RunnerTable& table, std::string kind, wire::RunFunction call, wire::Caller origin);

  std::shared_ptr<RunnerJob> running(const std::string& jid) const;
  std::vector<std::shared_ptr<RunnerJob>> running() const;
  const std::string& id() const { return parts_.id; }

 private:
  Task<void> run(const RunnerTable& table, std::shared_ptr<RunnerJob> job, wire::RunFunction call, RunnerCaller caller, bool is_recorded);
  Task<void> record_start(std::shared_ptr<RunnerJob> job);
  Task<void> record_end(std::shared_ptr<RunnerJob> job);
  void announce_end(const RunnerJob& job);

  RunnerDeskParts parts_;
  std::size_t running_limit_;
  std::map<std::string, std::shared_ptr<RunnerJob>> running_;
};

}  // namespace halite::master
