#include "minion/schedule/scheduler.h"

#include <algorithm>
#include <random>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/returners.h"
#include "common/base/strings.h"
#include "minion/running_jobs.h"

namespace halite::minion {
namespace {

constexpr std::chrono::seconds look_interval{1};

// Spreads load; nothing depends on nobody guessing it.
int by_chance(int least, int most) {
  static thread_local std::mt19937 generator{std::random_device{}()};
  return std::uniform_int_distribution<int>(least, most)(generator);
}

Value whens_of(const Map& pillar, Grains& grains) {
  if (const Value* whens = pillar.find("whens")) return *whens;
  return grains.get("whens");
}

// What the schedule says for all jobs that do not say it themselves.
Value with_common(const Value& job, const Map& schedule) {
  if (!job.is_map()) return job;
  Map whole = job.as_map();
  for (const char* option : {"splay", "skip_during_range"})
    if (const Value* common = schedule.find(option); common && !whole.contains(option)) whole.set(option, *common);
  return whole;
}

// It runs all the same: what it does matters more than where its result goes.
void warn_of_returners(const std::string& name, const ScheduleOptions& options) {
  try {
    check_returners(join(options.returner.items, ","));
  } catch (const Error& error) {
    log::warning("the scheduled job '{}': {}", escape_control(name), error.what());
  }
}

}  // namespace

Job scheduled_job(const ScheduleOptions& options, std::string jid) {
  Job job;
  job.jid = std::move(jid);
  job.fun = options.function;
  job.tgt = "";
  job.arg = options.args;
  if (!options.kwargs.empty()) {
    Map named = options.kwargs;
    named.set("__kwarg__", true);
    job.arg.push_back(named);
  }
  job.metadata = options.metadata;
  job.ret = join(options.returner.items, ",");
  job.schedule = options.name;
  job.return_job = options.return_job;
  return job;
}

Scheduler::Scheduler(wire::Loop& loop, wire::Workers& workers, const Tools& tools, std::function<Task<void>(Job)> start)
    : loop_(loop), workers_(workers), tools_(tools), start_(std::move(start)), store_(tools.host, tools.config), table_(by_chance) {}

Task<void> Scheduler::run() {
  for (;;) {
    try {
      auto work = [this] {
        const auto wall = std::chrono::floor<std::chrono::seconds>(tools_.host.now());
        return look({wall, tools_.host.steady_now()});
      };
      const auto jobs = co_await workers_.run(std::move(work));
      for (const auto& job : jobs) loop_.spawn("a scheduled job", start_(job));
    } catch (const Error& error) {
      log::error("the schedule: {}", error.what());
    }
    co_await wire::sleep_for(look_interval);
  }
}

void Scheduler::read(Instant now) {
  const Map whole = whole_schedule(pillar_schedule_, tools_.config.settings.schedule, store_.kept());
  std::map<std::string, Timetable::Said> jobs;
  const Map whens = whens_.is_map() ? whens_.as_map() : Map{};
  for (const auto& [key, said] : whole) {
    const std::string& name = key.as_string("a job's name");
    if (is_schedule_setting(name)) continue;
    try {
      const Value job = with_common(said, whole);
      Timetable::Said one{job, schedule_entry(name, job, whens)};
      warn_of_returners(name, one.entry.options);
      jobs.emplace(name, std::move(one));
    } catch (const Error& error) {
      log::error("{}; it does not run", error.what());
    }
  }
  Map last_runs;
  for (const auto& [name, status] : store_.status())
    if (const Value* last = status.find("_last_run")) last_runs.set(name, *last);
  const Value* enabled = whole.find("enabled");
  table_.load(std::move(jobs), !enabled || *enabled != Value(false), last_runs, now);
  if (!table_.jobs().empty()) log::info("the schedule has {} jobs", table_.jobs().size());
}

std::int64_t Scheduler::running(const std::string& name) const {
  std::int64_t count = 0;
  for (const auto& job : tools_.jobs.list())
    if (const Value* schedule = job.find("schedule"); schedule && *schedule == Value(name)) ++count;
  return count;
}

Job Scheduler::job_of(const ScheduleOptions& options) {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(tools_.host.now().time_since_epoch()).count();
  last_jid_us_ = std::max<std::int64_t>(now, last_jid_us_ + 1);
  log::info("the scheduled job '{}' runs", options.name);
  return scheduled_job(options, make_jid(last_jid_us_));
}

std::vector<Job> Scheduler::look(Instant now) {
  const Map pillar = tools_.pillar.current();
  const std::string version = store_.version();
  Map pillar_schedule = schedule_in(pillar);
  Value whens = whens_of(pillar, tools_.grains);
  const bool is_new = version_ != version || pillar_schedule_ != pillar_schedule || whens_ != whens;
  if (is_new) {
    version_ = version;
    pillar_schedule_ = std::move(pillar_schedule);
    whens_ = std::move(whens);
    read(now);
  }
  std::vector<Job> jobs;
  for (const auto& options : table_.due(now, [this](const std::string& name) { return running(name); })) jobs.push_back(job_of(options));
  const bool has_due = !jobs.empty();
  for (const auto& name : store_.take_asked()) {
    const auto found = table_.jobs().find(name);
    if (found != table_.jobs().end()) jobs.push_back(job_of(found->second.entry.options));
    else log::warning("schedule.run_job: there is no job '{}'", escape_control(name));
  }
  if ((is_new && !table_.jobs().empty()) || has_due || table_.has_skipped()) store_.tell_status(table_.status(now));
  return jobs;
}

}  // namespace halite::minion
