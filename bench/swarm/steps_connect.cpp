// Steps about being there: enrol, wait, authenticate again, survive a restart of the master.
#include <algorithm>

#include "bench/swarm/steps.h"
#include "common/base/error.h"

namespace halite::swarm {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr std::int64_t a_day_s = 86'400;
constexpr auto settle_limit = 120s;

Task<void> enrol_one(Minion& minion) {
  // g++ 12 makes an illegal instruction of a co_await in an if.
  const bool is_accepted = co_await minion.authenticate();
  if (is_accepted) minion.subscribe();
}

Task<void> authenticate_one(Minion& minion) { co_await minion.authenticate(); }

Task<bool> all_connected(Fleet& fleet) {
  const std::function<bool()> are_connected = [&fleet] { return fleet.subscribed() == fleet.minions().size(); };
  co_return co_await fleet.until(are_connected, settle_limit);
}

// A master that has just been started may not take commands yet.
Task<CommandRun> publish_when_ready(Fleet& fleet, std::vector<std::string> words) {
  const auto end = Clock::now() + settle_limit;
  for (;;) {
    CommandRun run = co_await fleet.publish(words);
    if (run.exit_code == 0 || Clock::now() > end) co_return run;
    co_await wire::sleep_for(100ms);
  }
}

// The first minion answers an operator's pings while the others authenticate.
Task<void> ping_first(Fleet& fleet, std::function<bool()> is_over) {
  const std::string first = fleet.minions().front()->id();
  do {
    std::vector<std::string> words{first, "test.ping", "-t", "30", "--out=txt"};
    const CommandRun run = co_await fleet.publish(std::move(words));
    Series& series = fleet.series("ping meanwhile");
    if (run.exit_code == 0 && run.output.find("True") != std::string::npos) series.latencies.add(run.milliseconds);
    else ++series.errors["no answer"];
    co_await wire::sleep_for(20ms);
  } while (!is_over());
}

Task<void> note_end(Fleet& fleet, std::function<bool()> condition, Clock::time_point since, std::shared_ptr<double> seconds) {
  const bool has_ended = co_await fleet.until(condition, fleet.options().step_limit);
  if (has_ended) *seconds = milliseconds_since(since) / 1000;
}

}  // namespace

Task<void> enrol(Fleet& fleet, StepText, StepReport& report) {
  const auto start = Clock::now();
  co_await fleet.each(enrol_one);
  report.seconds = milliseconds_since(start) / 1000;
  const std::function<bool()> are_accepted_there = [&fleet] { return fleet.subscribed() >= fleet.accepted(); };
  const bool are_there = co_await fleet.until(are_accepted_there, settle_limit);
  if (are_there) report.figures.emplace_back("all connected after s", milliseconds_since(start) / 1000);
  fleet.around().requests.shrink(0);
}

Task<void> idle(Fleet& fleet, StepText step, StepReport&) {
  fleet.around().requests.shrink(0);
  co_await wire::sleep_for(std::chrono::seconds(step.number(0, 10, 1, a_day_s)));
}

Task<void> reauthenticate(Fleet& fleet, StepText, StepReport&) { co_await fleet.each(authenticate_one); }

Task<void> storm(Fleet& fleet, StepText, StepReport& report) {
  std::vector<std::uint64_t> seen;
  for (const auto& minion : fleet.minions()) seen.push_back(minion->generation());
  const auto restart = Clock::now();
  const CommandRun restarted = co_await fleet.run(fleet.options().restart);
  if (restarted.exit_code != 0) throw Error(ErrorKind::unavailable, "--restart ended with {}: {}", restarted.exit_code, restarted.error);
  co_await wire::sleep_for(100ms);
  const bool are_back = co_await all_connected(fleet);
  if (!are_back) throw Error(ErrorKind::timeout, "only {} minions came back after the restart", fleet.subscribed());
  report.figures.emplace_back("reconnected after s", milliseconds_since(restart) / 1000);
  fleet.minions().front()->set_urgent(true);
  const std::function<bool()> is_over = [&fleet, seen] {
    for (std::size_t i = 0; i < seen.size(); ++i)
      if (fleet.minions()[i]->generation() == seen[i]) return false;
    return true;
  };
  const auto start = Clock::now();
  std::vector<std::string> words{"--async", fleet.options().target, "test.ping"};
  const CommandRun published = co_await publish_when_ready(fleet, std::move(words));
  if (published.exit_code != 0) throw Error(ErrorKind::unavailable, "the restarted master takes no job: {}{}", published.output, published.error);
  const auto all_measured = std::make_shared<double>(0);
  fleet.around().loop.spawn("the end of the storm", note_end(fleet, is_over, start, all_measured));
  const std::function<bool()> has_ended = [all_measured] { return *all_measured > 0; };
  co_await ping_first(fleet, has_ended);
  report.seconds = *all_measured;
  fleet.minions().front()->set_urgent(false);
  // The job that began it has to have all its returns, too.
  const auto& jobs = fleet.around().jobs.jobs;
  const std::function<bool()> has_all = [&fleet, &jobs, start] {
    return std::any_of(jobs.begin(), jobs.end(), [&fleet, start](const auto& entry) {
      return entry.second.first_received >= start && entry.second.returned == fleet.minions().size();
    });
  };
  const bool is_complete = co_await fleet.until(has_all, settle_limit);
  if (!is_complete) report.failures.emplace_back("the job after the restart lacks returns");
}

}  // namespace halite::swarm
