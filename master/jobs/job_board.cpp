#include "master/jobs/job_board.h"

#include <algorithm>
#include <random>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/returners.h"
#include "common/base/strings.h"
#include "master/jobs/batch.h"

namespace halite::master {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
namespace outcome = wire::outcome;

constexpr std::size_t probes_kept = 256;

// zmq_filtering sends a copy to each minion when the target means ids alone.
bool goes_by_id(const std::string& target_type) {
  return target_type == "glob" || target_type == "pcre" || target_type == "list";
}

std::vector<std::string> topic_ids(const Map& load, const std::vector<std::string>& minions) {
  const Value* type = load.find("tgt_type");
  return type && type->is_string() && goes_by_id(*type->if_string()) ? minions : std::vector<std::string>{};
}

void check_function(const Value& fun) {
  const auto is_name = [](const Value& value) {
    const auto* text = value.if_string();
    return text && text->size() <= 256 && text->find('.') != std::string::npos &&
           std::all_of(text->begin(), text->end(), [](unsigned char c) { return c > ' ' && c != 127 && c != ','; });
  };
  const auto* several = fun.if_list();
  if (several ? !several->empty() && std::all_of(several->begin(), several->end(), is_name) : is_name(fun)) return;
  throw Error(ErrorKind::invalid, "{} is no function; a function looks like 'test.ping'", short_text(fun));
}

Map load_of(const wire::PublishJob& request, const std::string& jid, const std::string& user) {
  Map load{{"fun", request.fun}, {"arg", request.arg},           {"tgt", request.tgt}, {"jid", jid},
           {"ret", request.ret}, {"tgt_type", request.tgt_type}, {"user", user}};
  if (request.delimiter != ":") load.set("delimiter", request.delimiter);
  if (!request.metadata.is_null()) load.set("metadata", request.metadata);
  return load;
}

// `count` of those that the target means, taken at random.
void take_subset(Resolved& resolved, std::int64_t count) {
  if (count < 0) throw Error(ErrorKind::invalid, "a subset of {} minions: must be 1 or more", count);
  auto& minions = resolved.who.minions;
  if (count == 0 || minions.size() <= static_cast<std::size_t>(count)) return;
  std::shuffle(minions.begin(), minions.end(), std::mt19937_64(std::random_device{}()));
  minions.resize(static_cast<std::size_t>(count));
  std::sort(minions.begin(), minions.end());
  resolved.told.tgt = minions;
  resolved.told.tgt_type = "list";
}

std::set<std::string> to_set(const std::vector<std::string>& ids) { return {ids.begin(), ids.end()}; }

}  // namespace

bool is_on_master(const Map& load) {
  const Value* fun = load.find("fun");
  const auto* name = fun ? fun->if_string() : nullptr;
  return name && (name->starts_with("runner.") || name->starts_with("wheel."));
}

JobBoard::JobBoard(JobBoardParts parts, JobBoardOptions options)
    : parts_(std::move(parts)), options_(options), ids_(parts_.host) {}

Task<std::shared_ptr<Job>> JobBoard::start(wire::PublishJob request, Actor who) {
  check_function(request.fun);
  check_returners(request.ret);
  parts_.rights.check_denials(who.user, request.fun);
  if (running_.size() >= options_.running_limit)
    throw Error(ErrorKind::unavailable, "{} jobs run already; wait for some to end, or kill them", running_.size());
  if (request.jid && !is_job_id(*request.jid))
    throw Error(ErrorKind::invalid, "'{}' is no job id; one has 20 digits", escape_control(*request.jid));
  const wire::TargetQuery query{request.tgt, request.tgt_type, request.delimiter};
  Resolved resolved = co_await parts_.targets.resolve(query);
  take_subset(resolved, request.subset);
  const wire::MatchedMinions& matched = resolved.who;
  if (matched.minions.empty() && matched.missing.empty())
    throw Error(ErrorKind::not_found, "no minion matches the {} target {}", request.tgt_type, short_text(request.tgt));
  request.tgt = resolved.told.tgt;
  request.tgt_type = resolved.told.tgt_type;

  auto job = std::make_shared<Job>(parts_.loop, request.jid ? *request.jid : ids_.next());
  job->load = load_of(request, job->jid, who.user);
  job->minions = matched.minions;
  job->missing = matched.missing;
  job->timeout = request.timeout.value_or(options_.timeout);
  job->gather_timeout = request.gather_job_timeout.value_or(options_.gather_timeout);
  job->waiting = to_set(job->minions);
  job->is_watched = request.wait;
  job->batch = batch_of(request, job->minions);

  const JobRecord record{job->jid, who.user, job->load, job->minions, job->missing, false};
  const std::string on_whom = fmt::format("{} {} ({} minion{})", request.tgt_type, short_text(request.tgt), job->minions.size(),
                                          job->minions.size() == 1 ? "" : "s");
  AuditRecord audit{unix_seconds(parts_.host.now()), std::move(who), "job.publish", short_text(request.fun), on_whom, true, job->jid};
  co_await parts_.store.put_job(record, std::move(audit));
  announce(*job);
  running_[job->jid] = job;
  ++counters_.started;
  // Before it is sent: should sending fail, the job still ends, with nobody having got it.
  parts_.loop.spawn("job " + job->jid, job->batch ? follow_batch(job) : follow(job));
  if (!job->batch) co_await parts_.publish(job->load, topic_ids(job->load, job->minions));
  co_return job;
}

void JobBoard::announce(const Job& job) {
  parts_.events.publish(job.jid, {{"minions", job.minions}});
  Map data{{"jid", job.jid}, {"minions", job.minions}, {"missing", job.missing}};
  for (const char* name : {"tgt_type", "tgt", "user", "fun", "arg"}) data.set(name, job.load.at(name));
  parts_.events.publish(fmt::format("salt/job/{}/new", job.jid), std::move(data));
}

Task<void> JobBoard::resume() {
  JobFilter filter;
  filter.limit = options_.running_limit;
  filter.only_running = true;
  for (const auto& record : co_await parts_.store.jobs(filter)) {
    ids_.stay_above(record.jid);
    if (is_on_master(record.load)) {
      co_await end_on_master(record);
      continue;
    }
    auto job = std::make_shared<Job>(parts_.loop, record.jid);
    job->load = record.load;
    job->minions = record.minions;
    job->missing = record.missing;
    job->timeout = options_.timeout;
    job->gather_timeout = options_.gather_timeout;
    job->waiting = to_set(record.minions);
    for (const auto& given : co_await parts_.store.returns(record.jid)) {
      job->waiting.erase(given.id);
      job->outcomes[given.id] = given.outcome;
    }
    running_[job->jid] = job;
    parts_.loop.spawn("job " + job->jid, follow(job));
  }
}

// A function of the master that a former process did not finish.
Task<void> JobBoard::end_on_master(JobRecord record) {
  for (const auto& id : record.minions) {
    const ReturnRecord lost{record.jid, id, outcome::interrupted, std::nullopt, "", "", 0};
    co_await parts_.store.put_return(lost);
  }
  co_await parts_.store.finish_job(record.jid);
}

void JobBoard::take_progress(const std::string& id, const std::string& jid, const Map& data) {
  const auto job = running(jid);
  if (!job || !job->is_watched || !job->waiting.contains(id)) return;
  wire::JobEvent event;
  event.kind = "progress";
  event.jid = jid;
  event.id = id;
  event.text = progress_text(data);
  if (event.text.empty()) return;
  // A slow caller sees the newest alone.
  std::erase_if(job->events, [&](const wire::JobEvent& old) { return old.kind == "progress" && old.id == id; });
  job->events.push_back(std::move(event));
  job->changed.notify_all();
}

Task<void> JobBoard::end_for_those_away(std::shared_ptr<Job> job, std::set<std::string> ids) {
  for (const auto& id : ids)
    if (job->waiting.contains(id) && parts_.presence.is_away(id)) co_await end(job, id, outcome::not_connected);
}

// Those that lost their connection a moment before the job was sent. They may be back in a moment, but have not got it.
Task<void> JobBoard::end_for_those_not_reached(std::shared_ptr<Job> job) {
  std::set<std::string> not_reached;
  for (const auto& id : job->waiting)
    if (parts_.presence.has_left(id)) not_reached.insert(id);
  if (not_reached.empty()) co_return;
  co_await wait_for_returns(job, std::min<milliseconds>(job->timeout, Presence::blink + milliseconds(100)));
  co_await end_for_those_away(job, std::move(not_reached));
}

Task<void> JobBoard::follow(std::shared_ptr<Job> job) {
  const auto began = steady_clock::now();
  co_await end_for_those_away(job, job->waiting);
  co_await end_for_those_not_reached(job);
  co_await wait_for_returns(job, job->timeout - std::chrono::duration_cast<milliseconds>(steady_clock::now() - began));
  while (!job->waiting.empty()) {
    const std::set<std::string> silent = job->waiting;
    const auto probe = co_await ask(silent, find_job_load(*job, silent), job->gather_timeout);
    co_await judge(job, probe);
    co_await wait_for_returns(job, job->timeout);
  }
  co_await finish(job);
}

Task<void> JobBoard::wait_for_returns(std::shared_ptr<Job> job, milliseconds limit) {
  const auto deadline = steady_clock::now() + limit;
  while (!job->waiting.empty() && steady_clock::now() < deadline)
    co_await job->changed.wait(deadline - steady_clock::now());
}

// When most are silent, the job's own target is shorter than a list of them.
Map JobBoard::find_job_load(const Job& job, const std::set<std::string>& silent) {
  Map load{{"fun", "saltutil.find_job"}, {"arg", List{job.jid}}, {"ret", ""}, {"user", job.load.at("user")}};
  const bool most = !job.batch && silent.size() * 2 > job.minions.size() && job.minions.size() > 8;
  if (most) {
    load.set("tgt", job.load.at("tgt"));
    load.set("tgt_type", job.load.at("tgt_type"));
    if (const Value* delimiter = job.load.find("delimiter")) load.set("delimiter", *delimiter);
  } else {
    load.set("tgt", std::vector<std::string>(silent.begin(), silent.end()));
    load.set("tgt_type", "list");
  }
  return load;
}

Task<std::shared_ptr<Probe>> JobBoard::ask(std::set<std::string> ids, Map load, milliseconds limit) {
  const std::string jid = ids_.next();
  load.set("jid", jid);
  auto probe = std::make_shared<Probe>(parts_.loop);
  probe->asked = ids;
  probes_[jid] = probe;
  while (probes_.size() > probes_kept) probes_.erase(probes_.begin());
  const std::vector<std::string> topics(ids.begin(), ids.end());
  co_await parts_.publish(load, topic_ids(load, topics));
  const auto deadline = steady_clock::now() + limit;
  while (probe->is_running.size() < ids.size() && steady_clock::now() < deadline)
    co_await probe->changed.wait(deadline - steady_clock::now());
  co_return probe;
}

Task<std::set<std::string>> JobBoard::ping(std::set<std::string> ids, milliseconds limit) {
  std::set<std::string> there;
  if (ids.empty()) co_return there;
  const std::vector<std::string> list(ids.begin(), ids.end());
  Map load{{"fun", "test.ping"}, {"arg", List{}}, {"tgt", list}, {"tgt_type", "list"}, {"ret", ""}, {"user", "halite"}};
  const auto probe = co_await ask(ids, std::move(load), limit);
  for (const auto& [id, running] : probe->is_running) there.insert(id);
  co_return there;
}

// Gives an outcome to those that are silent, or say that they do not run the job.
Task<void> JobBoard::judge(std::shared_ptr<Job> job, std::shared_ptr<Probe> probe) {
  std::set<std::string> idle;
  for (const auto& [id, is_running] : probe->is_running) {
    if (is_running) job->was_running.insert(id);
    else if (job->waiting.count(id)) idle.insert(id);
  }
  // The return of an idle one may be on its way.
  if (!idle.empty()) co_await wait_for_returns(job, options_.grace);
  const std::set<std::string> waiting = job->waiting;
  for (const auto& id : waiting) {
    const auto answer = probe->is_running.find(id);
    if (answer == probe->is_running.end()) {
      if (probe->asked.count(id)) co_await end(job, id, outcome::not_connected);
    } else if (!answer->second) {
      co_await end(job, id, job->was_running.count(id) ? outcome::interrupted : outcome::not_delivered);
    }
  }
}

Task<void> JobBoard::end(std::shared_ptr<Job> job, std::string id, std::string outcome) {
  const auto now_s = unix_seconds(parts_.host.now());
  const ReturnRecord record{job->jid, id, outcome, std::nullopt, "", "", now_s};
  try {
    co_await parts_.store.put_return(record);
  } catch (const Error& error) {
    // The caller must hear of the outcome all the same; the next start of the master finds the job unfinished.
    log::error("job {}: '{}' of '{}' is not stored: {}", job->jid, outcome, id, error.what());
  }
  if (job->waiting.erase(id) == 0) co_return;  // its return came meanwhile
  job->outcomes[id] = outcome;
  ++counters_.outcomes[outcome];
  if (job->is_watched) {
    wire::JobEvent event;
    event.kind = "ended";
    event.jid = job->jid;
    event.id = id;
    event.outcome = outcome;
    job->events.push_back(std::move(event));
  }
  job->changed.notify_all();
}

Task<void> JobBoard::finish(std::shared_ptr<Job> job) {
  job->is_finished = true;
  running_.erase(job->jid);
  job->changed.notify_all();
  co_await parts_.store.finish_job(job->jid);
}

Task<void> JobBoard::take_return(std::string id, wire::ReturnLoad load) {
  if (load.jid == "req") co_return co_await take_local_call(std::move(id), std::move(load));
  if (load.jid == "nocache") {
    const std::string jid = ids_.next();
    parts_.events.publish(fmt::format("salt/job/{}/ret/{}", jid, id), return_map(id, jid, load));
    co_return;
  }
  if (const auto probe = probes_.find(load.jid); probe != probes_.end()) {
    if (!probe->second->asked.count(id)) co_return;  // the target of the question was wider than the question
    const Value& answer = load.value;
    probe->second->is_running[id] = answer.is_map() && !answer.if_map()->empty();
    probe->second->changed.notify_all();
    co_return;
  }
  const std::string jid = load.jid;
  const std::shared_ptr<Job> job = running(jid);
  bool is_meant = job && std::binary_search(job->minions.begin(), job->minions.end(), id);
  if (!job && is_job_id(jid)) {
    const auto record = co_await parts_.store.job(jid);
    is_meant = record && !is_on_master(record->load) && std::binary_search(record->minions.begin(), record->minions.end(), id);
  }
  if (!is_meant) throw Error(ErrorKind::denied, "'{}' returned for a job that does not mean it: {}", id, escape_control(jid));
  co_await store_return(std::move(id), jid, std::move(load));
}

Task<void> JobBoard::store_return(std::string id, std::string jid, wire::ReturnLoad load) {
  const ReturnRecord record = record_of(id, jid, load);
  const bool is_new = co_await parts_.store.put_return(record);
  if (!is_new) co_return;
  ++counters_.outcomes[record.outcome];
  parts_.events.publish(fmt::format("salt/job/{}/ret/{}", jid, id), *record.load);
  if (const auto job = running(jid)) note_return(*job, job_return(record));
}

void JobBoard::note_return(Job& job, const wire::JobReturn& result) {
  job.waiting.erase(result.id);
  job.outcomes[result.id] = result.outcome;
  if (job.is_watched) {
    wire::JobEvent event;
    event.kind = "return";
    event.jid = job.jid;
    event.result = result;
    job.events.push_back(std::move(event));
  }
  job.changed.notify_all();
}

// A call made on the minion itself is recorded as a job that meant this minion alone.
Task<void> JobBoard::take_local_call(std::string id, wire::ReturnLoad load) {
  const std::string jid = ids_.next();
  JobRecord job{jid, id, {}, {id}, {}, true};
  job.load = {{"fun", load.fun}, {"arg", load.fun_args}, {"tgt", id},     {"jid", jid},
              {"ret", ""},       {"tgt_type", "glob"},   {"user", "minion " + id}};
  if (!load.schedule.empty()) job.load.set("schedule", load.schedule);
  co_await parts_.store.put_job(std::move(job), std::nullopt);
  co_await store_return(std::move(id), jid, std::move(load));
}

ReturnRecord JobBoard::record_of(const std::string& id, const std::string& jid, const wire::ReturnLoad& load) const {
  ReturnRecord record{jid, id, outcome_of(load), return_map(id, jid, load), "", "", 0};
  record.received_at_s = unix_seconds(parts_.host.now());
  if (const auto served = parts_.served.find(id); served != parts_.served.end()) {
    record.pillar_commit = served->second.pillar;
    record.state_commit = served->second.states;
  }
  return record;
}

std::shared_ptr<Job> JobBoard::running(const std::string& jid) const {
  const auto found = running_.find(jid);
  return found == running_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<Job>> JobBoard::running() const {
  std::vector<std::shared_ptr<Job>> jobs;
  for (const auto& [jid, job] : running_) jobs.push_back(job);
  return jobs;
}

}  // namespace halite::master
