// jobs.*: what was run, by whom, and what came of it.
#include <algorithm>
#include <set>

#include "common/base/strings.h"
#include "master/jobs/job_id.h"
#include "master/runners/runners.h"

namespace halite::master {
namespace {

// Digits are read as a number where they are few enough for one.
std::string job_id_of(const Value& given) {
  const auto* text = given.if_string();
  if (!text || !is_job_id(*text)) throw Error(ErrorKind::invalid, "{} is no job id; one has 20 digits, see jobs.list_jobs", short_text(given));
  return *text;
}

struct JobNamed {
  Value jid;

  static const Schema<JobNamed>& schema() {
    static const auto schema = Schema<JobNamed>().required(&JobNamed::jid, "jid", "Job id.");
    return schema;
  }
};

struct JobLookup {
  Value jid;
  bool returned = true;
  bool missing = false;

  static const Schema<JobLookup>& schema() {
    static const auto schema = Schema<JobLookup>()
                                   .required(&JobLookup::jid, "jid", "Job id.")
                                   .optional(&JobLookup::returned, "returned", "Name the minions that returned.")
                                   .optional(&JobLookup::missing, "missing", "Name those that did not.");
    return schema;
  }
};

struct JobSearch {
  std::string search_function;
  std::string search_target;
  std::string search_user;
  Map search_metadata;
  Value start_time, end_time;
  std::int64_t limit = 10'000;

  static const Schema<JobSearch>& schema() {
    static const auto schema = Schema<JobSearch>()
                                   .optional(&JobSearch::search_function, "search_function", "Only these functions (a glob).")
                                   .optional(&JobSearch::search_target, "search_target", "Only these targets (a glob).")
                                   .optional(&JobSearch::search_user, "search_user", "Only of this user.")
                                   .optional(&JobSearch::search_metadata, "search_metadata", "Only with these entries in their metadata.")
                                   .optional(&JobSearch::start_time, "start_time", "Only from then on: 2026-11-25, '2026-11-25 17:30' (UTC).")
                                   .optional(&JobSearch::end_time, "end_time", "Only before then.")
                                   .optional(&JobSearch::limit, "limit", "The newest so many.");
    return schema;
  }
};

struct NewestJobs {
  std::int64_t count = 10;
  bool filter_find_job = true;

  static const Schema<NewestJobs>& schema() {
    static const auto schema = Schema<NewestJobs>()
                                   .required(&NewestJobs::count, "count", "So many.")
                                   .optional(&NewestJobs::filter_find_job, "filter_find_job", "Without effect: such questions are not recorded.");
    return schema;
  }
};

// The first job id of a time, of which the end may be left out; empty for none.
std::string job_id_from(const Value& time, std::string_view name) {
  if (time.is_null()) return "";
  const std::string text = time.is_string() ? time.as_string() : short_text(time);
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  const bool has_others = text.find_first_not_of("0123456789-:./ T") != std::string::npos;
  if (has_others || digits.size() < 4 || digits.size() > 20)
    throw Error(ErrorKind::invalid, "{}: must be a time as 2026-11-25 or '2026-11-25 17:30', not {}", name, short_text(time));
  return digits + std::string(20 - digits.size(), '0');
}

JobFilter filter_of(const JobSearch& search) {
  JobFilter filter;
  filter.metadata = search.search_metadata;
  filter.from = job_id_from(search.start_time, "start_time");
  filter.before = job_id_from(search.end_time, "end_time");
  filter.fun = search.search_function;
  filter.target = search.search_target;
  filter.user = search.search_user;
  filter.limit = static_cast<std::size_t>(std::clamp<std::int64_t>(search.limit, 1, 1'000'000));
  return filter;
}

Value field(const Map& load, std::string_view name) {
  const Value* value = load.find(name);
  return value ? *value : Value();
}

// The words are Salt's.
Map describe(const JobRecord& job) {
  return {{"Function", field(job.load, "fun")},
          {"Arguments", field(job.load, "arg")},
          {"Target", field(job.load, "tgt")},
          {"Target-type", field(job.load, "tgt_type")},
          {"User", job.user}};
}

Map describe_with_start(const JobRecord& job) {
  Map map = describe(job);
  map.set("StartTime", job_start_text(job.jid));
  return map;
}

Task<JobRecord> find(Store& store, Value given) {
  const std::string jid = job_id_of(given);
  auto job = co_await store.job(jid);
  if (!job) throw Error(ErrorKind::not_found, "there is no job {}; see jobs.list_jobs", jid);
  co_return std::move(*job);
}

// Minions that gave no return are named by their outcome, so that nothing is silent.
Map result_of(const ReturnRecord& record) {
  const wire::JobReturn result = job_return(record);
  if (!record.load) return {{"outcome", record.outcome}};
  Map map{{"return", result.value}, {"retcode", result.retcode}, {"success", result.success}, {"outcome", record.outcome}};
  if (!result.out.empty()) map.set("out", result.out);
  if (!record.pillar_commit.empty()) map.set("pillar_commit", record.pillar_commit);
  if (!record.state_commit.empty()) map.set("state_commit", record.state_commit);
  return map;
}

Task<wire::RunnerResult> list_jobs(Store& store, JobSearch search) {
  Map jobs;
  for (const auto& job : co_await store.jobs(filter_of(search))) jobs.set(job.jid, describe_with_start(job));
  co_return plain_result(jobs);
}

Task<wire::RunnerResult> newest_jobs(Store& store, NewestJobs wanted) {
  if (wanted.count < 1) throw Error(ErrorKind::invalid, "count: must be 1 or more, not {}", wanted.count);
  JobFilter filter;
  filter.limit = static_cast<std::size_t>(wanted.count);
  List jobs;
  for (const auto& job : co_await store.jobs(filter)) {
    Map map = describe_with_start(job);
    map.set("JID", job.jid);
    jobs.emplace_back(std::move(map));
  }
  co_return plain_result(jobs);
}

Task<Map> full(Store& store, JobRecord job) {
  Map map = describe_with_start(job);
  map.set("jid", job.jid);
  map.set("Minions", job.minions);
  Map results;
  for (const auto& record : co_await store.returns(job.jid)) results.set(record.id, result_of(record));
  for (const auto& id : job.minions)
    if (!results.contains(id)) results.set(id, Map{{"outcome", wire::outcome::running}});
  map.set("Result", results);
  co_return map;
}

Task<wire::RunnerResult> list_job(Store& store, JobNamed named) {
  JobRecord job = co_await find(store, named.jid);
  co_return plain_result(co_await full(store, std::move(job)));
}

Task<wire::RunnerResult> print_job(Store& store, JobNamed named) {
  JobRecord job = co_await find(store, named.jid);
  Map map;
  map.set(job.jid, co_await full(store, job));
  co_return plain_result(map);
}

Task<wire::RunnerResult> lookup_jid(Store& store, JobLookup named) {
  const JobRecord job = co_await find(store, named.jid);
  const bool is_masters = is_on_master(job.load);
  Map returns;
  wire::RunnerResult result;
  std::set<std::string> missing(job.minions.begin(), job.minions.end());
  for (const auto& record : co_await store.returns(job.jid)) {
    if (!record.load) continue;
    missing.erase(record.id);
    const wire::JobReturn given = job_return(record);
    // A function of the master is shown as halite-run showed it, with its exit code.
    if (is_masters) {
      result.value = given.value;
      result.out = given.out;
      result.retcode = given.retcode;
      co_return result;
    }
    if (!named.returned) continue;
    returns.set(record.id, given.value);
    if (!given.out.empty()) result.out = given.out;
  }
  if (named.missing)
    for (const auto& id : missing) returns.set(id, "Minion did not return");
  result.value = returns;
  co_return result;
}

Task<wire::RunnerResult> exit_success(Store& store, JobNamed named) {
  const JobRecord job = co_await find(store, named.jid);
  Map successes;
  for (const auto& id : job.minions) successes.set(id, false);
  for (const auto& record : co_await store.returns(job.jid)) successes.set(record.id, record.outcome == wire::outcome::ok);
  co_return plain_result(successes);
}

Task<wire::RunnerResult> last_run(Store& store, JobSearch search) {
  JobFilter filter = filter_of(search);
  filter.limit = 1;
  auto jobs = co_await store.jobs(filter);
  Map map;
  if (!jobs.empty()) map.set(jobs.front().jid, co_await full(store, jobs.front()));
  co_return plain_result(map);
}

// But for the question itself, of the job id `own`.
Task<wire::RunnerResult> active(JobBoard& jobs, const RunnerDesk& desk, std::string own) {
  Map running;
  for (const auto& job : desk.running()) {
    if (job->jid == own) continue;
    running.set(job->jid, Map{{"Function", job->fun},
                              {"Arguments", job->arguments},
                              {"Target", desk.id()},
                              {"Target-type", "list"},
                              {"User", job->user},
                              {"StartTime", job_start_text(job->jid)},
                              {"Running", List{desk.id()}},
                              {"Returned", List{}}});
  }
  for (const auto& job : jobs.running()) {
    JobRecord record{job->jid, job->load.at("user").as_string(), job->load, job->minions, job->missing, false};
    Map map = describe_with_start(record);
    List waiting, returned;
    for (const auto& id : job->waiting) waiting.emplace_back(id);
    for (const auto& [id, outcome] : job->outcomes) returned.emplace_back(id);
    map.set("Running", waiting);
    map.set("Returned", returned);
    running.set(job->jid, map);
  }
  co_return plain_result(running);
}

// Minions that have the job are told to end it, those that a batch has not come to are left out.
Task<wire::RunnerResult> end_job(JobBoard& jobs, Orchestrations& orchestrations, JobNamed named, RunnerCaller caller,
                                 const char* function) {
  const std::string jid = job_id_of(named.jid);
  // An orchestration ends in good order when it is asked to; jobs that it waits for go on.
  if (orchestrations.tell_to_end(jid))
    co_return plain_result(fmt::format("The orchestration was told to end; jobs.lookup_jid {} shows what it has done.", jid));
  const auto job = jobs.running(jid);
  if (!job) throw Error(ErrorKind::not_found, "no job {} is running; see jobs.active", jid);
  jobs.end_batch(job);
  wire::PublishJob order;
  order.fun = function;
  order.arg = {jid};
  order.tgt = std::vector<std::string>(job->waiting.begin(), job->waiting.end());
  order.tgt_type = "list";
  order.wait = false;
  if (job->waiting.empty()) co_return plain_result("Every minion has ended it already.");
  const auto started = co_await jobs.start(std::move(order), caller.actor());
  co_return plain_result(fmt::format("{} was sent to {}; jobs.lookup_jid {} shows what came of it.", function,
                                     join(started->minions, ", "), jid));
}

template <class Arguments>
void add(RunnerTable& runners, Store& store, std::string name, std::string doc,
         Task<wire::RunnerResult> (*function)(Store&, Arguments)) {
  runners.add(Runner<Arguments>{std::move(name), std::move(doc), [&store, function](Arguments arguments, RunnerCaller) {
                                  return function(store, std::move(arguments));
                                }});
}

}  // namespace

void add_job_runners(RunnerTable& runners, JobBoard& jobs, Store& store, const RunnerDesk& desk, Orchestrations& orchestrations) {
  add(runners, store, "jobs.list_jobs", "Jobs that are remembered, by job id.", list_jobs);
  add(runners, store, "jobs.list_jobs_filter", "The newest jobs, oldest first.", newest_jobs);
  add(runners, store, "jobs.list_job", "One job with its results.", list_job);
  add(runners, store, "jobs.print_job", "One job with its results, under its job id.", print_job);
  add(runners, store, "jobs.lookup_jid", "What each minion returned.", lookup_jid);
  add(runners, store, "jobs.exit_success", "Which minions succeeded.", exit_success);
  add(runners, store, "jobs.last_run", "The newest job with its results.", last_run);
  runners.add(Runner<NoRunnerArguments>{"jobs.active", "Jobs that have not ended.",
                                        [&jobs, &desk](NoRunnerArguments, RunnerCaller caller) { return active(jobs, desk, std::move(caller.jid)); }});
  runners.add(Runner<JobNamed>{"jobs.kill", "Ends a running job and its commands on every minion; by force after three seconds.",
                               [&](JobNamed named, RunnerCaller caller) {
                                 return end_job(jobs, orchestrations, std::move(named), std::move(caller), "saltutil.kill_job");
                               }});
  runners.add(Runner<JobNamed>{"jobs.term", "Asks every minion that runs a job to end it (SIGTERM).",
                               [&](JobNamed named, RunnerCaller caller) {
                                 return end_job(jobs, orchestrations, std::move(named), std::move(caller), "saltutil.term_job");
                               }});
}

}  // namespace halite::master
