// Publishes jobs and follows them until every minion that was meant has an outcome.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/wire/messages/result.h"
#include "master/events/event_bus.h"
#include "master/jobs/job.h"
#include "master/jobs/job_id.h"
#include "master/jobs/presence.h"
#include "master/jobs/served.h"
#include "master/jobs/targets.h"
#include "master/rights/rights.h"
#include "master/store/store.h"

namespace halite::master {

struct JobBoardOptions {
  std::chrono::milliseconds timeout{5'000};
  std::chrono::milliseconds gather_timeout{10'000};
  // How long a return may be under way when a minion says that it does not run the job.
  std::chrono::milliseconds grace{500};
  std::size_t running_limit = 1'000;  // jobs at the same time; further ones are refused
};

struct JobBoardParts {
  wire::Loop& loop;
  Host& host;
  Store& store;
  EventBus& events;
  Targets& targets;
  const Presence& presence;
  const Served& served;
  // Sends a load to port 4505; ids as for wire::Publisher.
  std::function<Task<void>(Map load, std::vector<std::string> ids)> publish;
  const Rights& rights;  // what nobody may run
};

// Since the start.
struct JobCounters {
  std::uint64_t started = 0;
  std::map<std::string, std::uint64_t> outcomes;  // of minions
};

class JobBoard {
 public:
  JobBoard(JobBoardParts parts, JobBoardOptions options);

  // Follows the jobs that a former process left unfinished.
  Task<void> resume();

  // The job is in the store, with the audit record of who ordered it, and sent. Throws Error(not_found) when the target means no minion, Error(denied) for what
  // publisher_acl_blacklist forbids, Error(invalid) for a bad request or a job id that is taken, Error(unavailable) when
  // too many jobs run.
  Task<std::shared_ptr<Job>> start(wire::PublishJob request, Actor who);

  // Sends the job to nobody who has not got it yet; they end as "not delivered".
  void end_batch(const std::shared_ptr<Job>& job);

  // The return of a minion. Safe to repeat. Throws Error(denied) when the job does not exist or does not mean this minion:
  // the answer to both is the same.
  Task<void> take_return(std::string id, wire::ReturnLoad load);

  // How far a minion has come: data of "salt/job/JID/prog/ID/N". Told to the caller that waits; else dropped.
  void take_progress(const std::string& id, const std::string& jid, const Map& data);

  std::shared_ptr<Job> running(const std::string& jid) const;
  std::vector<std::shared_ptr<Job>> running() const;
  const JobCounters& counters() const { return counters_; }
  // For jobs that run on the master itself: ids that no other job has.
  std::string new_job_id() { return ids_.next(); }
  // Asks every minion of the target whether it is there; gives those that answer within the limit.
  Task<std::set<std::string>> ping(std::set<std::string> ids, std::chrono::milliseconds limit);

 private:
  Task<void> end_on_master(JobRecord record);
  Task<void> follow(std::shared_ptr<Job> job);
  Task<void> follow_batch(std::shared_ptr<Job> job);
  Task<std::vector<std::string>> next_of_batch(std::shared_ptr<Job> job, std::size_t places);
  Task<void> send_to(std::shared_ptr<Job> job, std::vector<std::string> ids);
  Task<void> wait_for_returns(std::shared_ptr<Job> job, std::chrono::milliseconds limit);
  Task<std::shared_ptr<Probe>> ask(std::set<std::string> ids, Map load, std::chrono::milliseconds limit);
  static Map find_job_load(const Job& job, const std::set<std::string>& silent);
  Task<void> end_for_those_away(std::shared_ptr<Job> job, std::set<std::string> ids);
  Task<void> end_for_those_not_reached(std::shared_ptr<Job> job);
  Task<void> judge(std::shared_ptr<Job> job, std::shared_ptr<Probe> probe);
  Task<void> end(std::shared_ptr<Job> job, std::string id, std::string outcome);
  Task<void> finish(std::shared_ptr<Job> job);
  Task<void> store_return(std::string id, std::string jid, wire::ReturnLoad load);
  Task<void> take_local_call(std::string id, wire::ReturnLoad load);
  void note_return(Job& job, const wire::JobReturn& result);
  ReturnRecord record_of(const std::string& id, const std::string& jid, const wire::ReturnLoad& load) const;
  void announce(const Job& job);

  JobBoardParts parts_;
  JobBoardOptions options_;
  JobCounters counters_;
  JobIds ids_;
  std::map<std::string, std::shared_ptr<Job>> running_;
  std::map<std::string, std::shared_ptr<Probe>> probes_;  // the newest ones, ended or not
};

// Whether a job's function is one of the master's own: "runner.jobs.active", "wheel.key.list". No minion may return for it.
bool is_on_master(const Map& load);
// "ok", "failed", "refused" or "interrupted".
std::string outcome_of(const wire::ReturnLoad& load);
// The largest one of several functions.
std::int64_t retcode_of(const Value& retcode);
// "117/204 pkg.installed nginx", of our minions' data and of Salt's ({ret, len}); empty when neither.
std::string progress_text(const Map& data);
// A stored return as operators see it.
wire::JobReturn job_return(const ReturnRecord& record);
// What is stored and told of a return: Salt's fields.
Map return_map(const std::string& id, const std::string& jid, const wire::ReturnLoad& load);

}  // namespace halite::master
