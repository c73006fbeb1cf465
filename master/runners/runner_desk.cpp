#include "master/runners/runner_desk.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"

namespace halite::master {
namespace {

constexpr std::size_t lines_kept = 1'000;

List arguments_of(const wire::RunFunction& call) {
  List arguments = call.arg;
  if (call.kwarg.empty()) return arguments;
  Map named = call.kwarg;
  named.set("__kwarg__", true);
  arguments.emplace_back(std::move(named));
  return arguments;
}

Task<void> note_line(std::shared_ptr<RunnerJob> job, std::string text) {
  if (!job->is_watched || job->is_finished()) co_return;
  job->said.push_back(std::move(text));
  if (job->said.size() > lines_kept) job->said.pop_front();
  job->changed.notify_all();
}

// What the bus and the records say of the end.
Map return_load(const RunnerJob& job, const std::string& id) {
  Map load{{"jid", job.jid}, {"id", id}, {"fun", job.fun}, {"fun_args", job.arguments}, {"user", job.user}, {"cmd", "_return"}};
  load.set("return", job.result ? job.result->value : Value(job.error->what()));
  const std::int64_t retcode = job.result ? job.result->retcode : 1;
  load.set("retcode", retcode);
  load.set("success", retcode == 0);
  if (job.result && !job.result->out.empty()) load.set("out", job.result->out);
  return load;
}

}  // namespace

RunnerDesk::RunnerDesk(RunnerDeskParts parts, std::size_t running_limit) : parts_(std::move(parts)), running_limit_(running_limit) {}

Task<std::shared_ptr<RunnerJob>> RunnerDesk::start(const RunnerTable& table, std::string kind, wire::RunFunction call, wire::Caller origin) {
  const bool is_recorded = table.is_recorded(call.fun) || !call.wait;
  if (running_.size() >= running_limit_)
    throw Error(ErrorKind::unavailable, "{} functions run on the master already; wait for some to end, or kill them", running_.size());
  const Actor who = actor_of(origin);
  co_await parts_.audit.note(who, kind + ".run", call.fun);
  auto job = std::make_shared<RunnerJob>(parts_.loop);
  job->jid = parts_.jobs.new_job_id();
  job->fun = kind + "." + call.fun;
  job->user = who.user;
  job->arguments = arguments_of(call);
  job->is_watched = call.wait;
  running_[job->jid] = job;
  std::optional<Error> failure;
  try {
    if (is_recorded) co_await record_start(job);
  } catch (const Error& error) {
    failure = error;
  }
  if (failure) {
    running_.erase(job->jid);
    throw *failure;
  }
  const std::string place = kind == "wheel" ? "wheel" : "run";
  parts_.events.publish(fmt::format("salt/{}/{}/new", place, job->jid), {{"jid", job->jid}, {"fun", job->fun}, {"user", job->user}});
  auto say = [job](std::string text) { return note_line(job, std::move(text)); };
  RunnerCaller caller{who.user, origin, job->jid, std::move(say)};
  parts_.loop.spawn(job->fun, run(table, job, std::move(call), std::move(caller), is_recorded));
  co_return job;
}

Task<void> RunnerDesk::run(const RunnerTable& table, std::shared_ptr<RunnerJob> job, wire::RunFunction call, RunnerCaller caller,
                           bool is_recorded) {
  std::optional<wire::RunnerResult> result;
  std::optional<Error> failure;
  try {
    result = co_await table.run(std::move(call), std::move(caller));
    result->jid = job->jid;
  } catch (const Error& error) {
    failure = error;
  } catch (const std::exception& error) {
    failure = Error(ErrorKind::internal, "{}", error.what());
  }
  job->result = std::move(result);
  job->error = std::move(failure);
  running_.erase(job->jid);
  if (is_recorded) co_await record_end(job);
  announce_end(*job);
  job->changed.notify_all();
}

Task<void> RunnerDesk::record_start(std::shared_ptr<RunnerJob> job) {
  JobRecord record{job->jid, job->user, {}, {parts_.id}, {}, false};
  record.load = {{"fun", job->fun},      {"arg", job->arguments}, {"tgt", parts_.id}, {"jid", job->jid}, {"ret", ""},
                 {"tgt_type", "list"}, {"user", job->user}};
  co_await parts_.store.put_job(std::move(record), std::nullopt);
}

Task<void> RunnerDesk::record_end(std::shared_ptr<RunnerJob> job) {
  const auto now_s = unix_seconds(parts_.host.now());
  const bool is_well = job->result && job->result->retcode == 0;
  const ReturnRecord record{job->jid, parts_.id, is_well ? wire::outcome::ok : wire::outcome::failed, return_load(*job, parts_.id), "", "", now_s};
  try {
    co_await parts_.store.put_return(record);
    co_await parts_.store.finish_job(job->jid);
  } catch (const Error& error) {
    // The caller must hear of the result all the same.
    log::error("{} (job {}): its result is not stored: {}", job->fun, job->jid, error.what());
  }
}

void RunnerDesk::announce_end(const RunnerJob& job) {
  const std::string place = job.fun.starts_with("wheel.") ? "wheel" : "run";
  Map data = return_load(job, parts_.id);
  for (const char* own : {"id", "cmd"}) data.erase(own);
  parts_.events.publish(fmt::format("salt/{}/{}/ret", place, job.jid), std::move(data));
}

std::shared_ptr<RunnerJob> RunnerDesk::running(const std::string& jid) const {
  const auto found = running_.find(jid);
  return found == running_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<RunnerJob>> RunnerDesk::running() const {
  std::vector<std::shared_ptr<RunnerJob>> jobs;
  for (const auto& [jid, job] : running_) jobs.push_back(job);
  return jobs;
}

}  // namespace halite::master
