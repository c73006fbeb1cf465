// Jobs: a function for some minions, and what each of them answered.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/messages/message.h"

namespace halite::wire {

// job.publish: PublishJob -> events JobEvent, result JobSummary. With `wait` false the result comes once the job is sent.
//   Throws Error(not_found) when the target means no minion: nothing was sent then.
// target.match: TargetQuery -> MatchedMinions.
struct PublishJob {
  Value fun;                      // a text, or a list of texts for several functions
  List arg;                       // positional ones; keyword arguments as one last map with "__kwarg__": true
  Value tgt;                      // a text, or a list of texts
  std::string tgt_type = "glob";
  std::string delimiter = ":";
  std::optional<std::chrono::milliseconds> timeout;             // until minions are asked whether they still run the job
  std::optional<std::chrono::milliseconds> gather_job_timeout;  // for the answer to that
  std::string ret;                // returners, separated by commas
  Value metadata;                 // stored with the job and its returns
  std::optional<std::string> jid; // chosen by the caller
  bool wait = true;
  std::string batch;              // so many minions at a time: "10" or "25%"; empty: all at once
  std::chrono::milliseconds batch_wait{0};  // until the place of one that has answered is given to the next
  bool failhard = false;          // a batch ends at the first failure
  // Targets of so many minions or more go in batches of batch_safe_size, unless `batch` says otherwise. 0: never.
  std::int64_t batch_safe_limit = 0;
  std::int64_t batch_safe_size = 8;
  std::int64_t subset = 0;        // only so many of the minions, taken at random; 0: all

  static const Schema<PublishJob>& schema() {
    static const auto schema =
        Schema<PublishJob>()
            .required(&PublishJob::fun, "fun", "Function, or a list of functions.")
            .optional(&PublishJob::arg, "arg", "Arguments; keyword arguments as a last map with __kwarg__.")
            .required(&PublishJob::tgt, "tgt", "Which minions.")
            .optional(&PublishJob::tgt_type, "tgt_type", "How tgt is meant.")
            .optional(&PublishJob::delimiter, "delimiter", "Between the levels of grain and pillar targets.")
            .optional(&PublishJob::timeout, "timeout", "Seconds until silent minions are asked about the job.")
            .optional(&PublishJob::gather_job_timeout, "gather_job_timeout", "Seconds they have to answer that.")
            .optional(&PublishJob::ret, "ret", "Returners.")
            .optional(&PublishJob::metadata, "metadata", "Stored with the job and its returns.")
            .optional(&PublishJob::jid, "jid", "Job id; unset: a new one.")
            .optional(&PublishJob::wait, "wait", "Wait for the returns.")
            .optional(&PublishJob::batch, "batch", "So many minions at a time: a number, or a share as 25%.")
            .optional(&PublishJob::batch_wait, "batch_wait", "Seconds until the place of one that has answered is given to the next.")
            .optional(&PublishJob::failhard, "failhard", "A batch ends at the first failure.")
            .optional(&PublishJob::batch_safe_limit, "batch_safe_limit", "Batches for targets of so many minions or more.")
            .optional(&PublishJob::batch_safe_size, "batch_safe_size", "Size of those batches.")
            .optional(&PublishJob::subset, "subset", "Only so many of the minions, taken at random; 0: all.");
    return schema;
  }
};

// How a minion's part of a job ended.
namespace outcome {
constexpr const char* ok = "ok";
constexpr const char* failed = "failed";                // it answered, with a failure
constexpr const char* refused = "refused";              // it would not run the function
constexpr const char* interrupted = "interrupted";      // it ran the job, and then no more, without a return
constexpr const char* not_delivered = "not delivered";  // it is connected, but knows nothing of the job
constexpr const char* not_connected = "not connected";
constexpr const char* running = "running";              // not ended
}  // namespace outcome

struct JobReturn {
  std::string id;
  std::string jid;
  Value fun;
  List fun_args;
  Value value;               // "return"
  std::int64_t retcode = 0;  // the largest one of several functions
  bool success = false;
  std::string out;           // outputter the function asks for; empty: none
  std::string outcome;
  // What the minion's pillar was made of; empty when unknown. When a newer commit could not be used, the reason follows
  // in parentheses, with file and line.
  std::string pillar_commit;
  std::string state_commit;

  static const Schema<JobReturn>& schema() {
    static const auto schema =
        Schema<JobReturn>()
            .required(&JobReturn::id, "id", "Minion id.")
            .required(&JobReturn::jid, "jid", "Job id.")
            .required(&JobReturn::fun, "fun", "Function, or a list of functions.")
            .optional(&JobReturn::fun_args, "fun_args", "Arguments.")
            .optional(&JobReturn::value, "return", "What the function gave.")
            .optional(&JobReturn::retcode, "retcode", "0 for success.")
            .optional(&JobReturn::success, "success", "Whether it succeeded.")
            .optional(&JobReturn::out, "out", "Outputter that the function asks for.")
            .optional(&JobReturn::outcome, "outcome", "ok, failed or refused.")
            .optional(&JobReturn::pillar_commit, "pillar_commit", "Revisions of the pillar the minion used.")
            .optional(&JobReturn::state_commit, "state_commit", "Revisions of the state tree the minion used.");
    return schema;
  }
};

struct JobEvent {
  // "started" (first), "return", "ended" (a minion that gives no return), "progress" (how far a minion has come)
  std::string kind;
  std::string jid;
  std::vector<std::string> minions;  // started: who is meant, sorted
  std::vector<std::string> missing;  // started: named by a list but not known
  std::optional<JobReturn> result;   // return
  std::string id;                    // ended, progress: the minion
  std::string outcome;               // ended
  std::string text;                  // progress: "117/204 pkg.installed nginx"

  static const Schema<JobEvent>& schema() {
    static const auto schema =
        Schema<JobEvent>()
            .required(&JobEvent::kind, "kind", "What happened.")
            .one_of({"started", "return", "ended", "progress"})
            .required(&JobEvent::jid, "jid", "Job id.")
            .optional(&JobEvent::minions, "minions", "Who is meant.")
            .optional(&JobEvent::missing, "missing", "Named by the target, but not known.")
            .optional(&JobEvent::result, "result", "A minion's answer.")
            .optional(&JobEvent::id, "id", "The minion that gives no return, or tells its progress.")
            .optional(&JobEvent::outcome, "outcome", "Why not.")
            .optional(&JobEvent::text, "text", "How far it has come.");
    return schema;
  }
};

struct JobSummary {
  std::string jid;
  std::vector<std::string> minions;             // who was meant, sorted
  std::vector<std::string> missing;
  std::map<std::string, std::string> outcomes;  // by minion; "running" for all when the caller does not wait

  static const Schema<JobSummary>& schema() {
    static const auto schema = Schema<JobSummary>()
                                   .required(&JobSummary::jid, "jid", "Job id.")
                                   .required(&JobSummary::minions, "minions", "Who was meant.")
                                   .optional(&JobSummary::missing, "missing", "Named by the target, but not known.")
                                   .optional(&JobSummary::outcomes, "outcomes", "How it ended, by minion.");
    return schema;
  }
};

struct TargetQuery {
  Value tgt;
  std::string tgt_type = "glob";
  std::string delimiter = ":";

  static const Schema<TargetQuery>& schema() {
    static const auto schema =
        Schema<TargetQuery>()
            .required(&TargetQuery::tgt, "tgt", "Which minions.")
            .optional(&TargetQuery::tgt_type, "tgt_type", "How tgt is meant.")
            .optional(&TargetQuery::delimiter, "delimiter", "Between the levels of grain and pillar targets.");
    return schema;
  }
};

struct MatchedMinions {
  std::vector<std::string> minions;
  std::vector<std::string> missing;

  static const Schema<MatchedMinions>& schema() {
    static const auto schema = Schema<MatchedMinions>()
                                   .required(&MatchedMinions::minions, "minions", "Ids, sorted.")
                                   .optional(&MatchedMinions::missing, "missing", "Named, but not known.");
    return schema;
  }
};

}  // namespace halite::wire
