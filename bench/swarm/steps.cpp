#include "bench/swarm/steps.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::swarm {
namespace {

using std::chrono_literals::operator""s;

struct Step {
  const char* name;
  const char* usage;
  const char* doc;
  const char* main_series;
  const char* unit;
  bool needs_command;
  StepWork work;
};

constexpr std::array<Step, 12> steps{{
    {"enrol", "enrol", "authenticate all minions and connect them to the publish port", "_auth", "enrolled", false, enrol},
    {"idle", "idle[:SECONDS]", "do nothing", "", "", false, idle},
    {"reauth", "reauth", "authenticate all again", "_auth", "authenticated", false, reauthenticate},
    {"storm", "storm", "restart the master, publish a job, so that all authenticate again at once, and ping the first minion meanwhile", "_auth",
     "authenticated", true, storm},
    {"ping", "ping[:ROUNDS]", "test.ping to all by the operator's command", "command", "rounds", true, ping},
    {"job", "job[:BYTES[:ROUNDS]]", "a job to all whose returns are so large", "command", "rounds", true, job},
    {"returns", "returns[:BYTES[:JOBS]]", "publish so many jobs, hold their returns, then send them as fast as they are acknowledged", "held return",
     "returns", true, push_returns},
    {"pillar", "pillar[:ROUNDS]", "all ask for their pillars", "_pillar", "pillars", false, fetch_pillars},
    {"file", "file:PATH[:ROUNDS]", "all fetch a file of the environment base", "file", "files", false, fetch_files},
    {"events", "events[:COUNT]", "all send so many events", "_minion_event", "events", false, send_events},
    {"mine", "mine[:COUNT]", "all update their mine so often", "_mine", "updates", false, update_mines},
    {"mixed", "mixed[:SECONDS[:PERIOD[:PATH]]]",
     "a day in short: each minion does something every PERIOD seconds (events, mines, pillars, files, a new connection), and jobs go to all",
     "_minion_event", "events", true, mixed_day},
}};

const Step& step_of(const std::string& name) {
  const auto* found = std::find_if(steps.begin(), steps.end(), [&](const Step& step) { return name == step.name; });
  if (found == steps.end()) throw Error(ErrorKind::internal, "the step '{}' is not in the table", name);
  return *found;
}

double own_processor_s() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Looks at the master every now and then while the step runs.
Task<void> watch_target(Fleet& fleet, std::shared_ptr<StepReport> report, std::shared_ptr<bool> is_running) {
  const auto start = Clock::now();
  while (*is_running) {
    const auto use = co_await fleet.look_at_target();
    if (!use) co_return;
    if (!*is_running) co_return;
    report->target_memory_max_mb = std::max(report->target_memory_max_mb, use->memory_mb);
    report->target_descriptors_max = std::max(report->target_descriptors_max, use->descriptors);
    report->samples.push_back({milliseconds_since(start) / 1000, *use});
    co_await wire::sleep_for(1s);
  }
}

Task<void> work_within_limit(Fleet& fleet, StepText step, std::shared_ptr<StepReport> report) {
  const auto work = [](Fleet& in, StepText text, std::shared_ptr<StepReport> to, StepWork run) -> Task<bool> {
    co_await run(in, std::move(text), *to);
    co_return true;
  };
  const StepWork run = step_of(step.name).work;
  const auto ended = co_await wire::within<bool>(fleet.around().loop, fleet.options().step_limit, work(fleet, step, report, run));
  if (ended) co_return;
  report->was_cut = true;
  report->failures.push_back(fmt::format("it took longer than {} s; no further step is begun", fleet.options().step_limit.count()));
}

}  // namespace

std::vector<std::string> step_names() {
  std::vector<std::string> names;
  for (const Step& step : steps) names.emplace_back(step.name);
  return names;
}

std::string steps_help() {
  std::vector<std::string> lines;
  for (const Step& step : steps) lines.push_back(fmt::format("{}: {}", step.usage, step.doc));
  return join(lines, "; ") + ".";
}

bool step_needs_command(const std::string& name) { return step_of(name).needs_command; }

Task<StepReport> run_step(Fleet& fleet, StepText step) {
  auto report = std::make_shared<StepReport>();
  report->step = step.name;
  for (const auto& argument : step.arguments) report->step += ":" + argument;
  report->main_series = step_of(step.name).main_series;
  report->unit = step_of(step.name).unit;
  fleet.around().measures.clear();
  report->before = co_await fleet.look_at_target();
  const auto is_running = std::make_shared<bool>(true);
  fleet.around().loop.spawn("the look at the master", watch_target(fleet, report, is_running));
  const double own_before_s = own_processor_s();
  const auto start = Clock::now();
  try {
    co_await work_within_limit(fleet, step, report);
  } catch (const Error& error) {
    report->failures.emplace_back(error.what());
  }
  if (report->seconds == 0) report->seconds = milliseconds_since(start) / 1000;
  report->own_processor_s = own_processor_s() - own_before_s;
  *is_running = false;
  report->after = co_await fleet.look_at_target();
  report->measures = fleet.around().measures;
  if (fleet.subscribed() < fleet.minions().size())
    report->failures.push_back(fmt::format("{} of {} minions are not connected to the publish port", fleet.minions().size() - fleet.subscribed(),
                                           fleet.minions().size()));
  co_return *report;
}

}  // namespace halite::swarm
