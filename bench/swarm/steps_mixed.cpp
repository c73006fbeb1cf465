// A day of a fleet in short, and what it does to the master's memory and descriptors.
#include <algorithm>
#include <random>

#include "bench/swarm/steps.h"
#include "common/base/error.h"

namespace halite::swarm {
namespace {

using std::chrono_literals::operator""s;

constexpr std::int64_t a_day_s = 86'400;
constexpr auto pause_between_jobs = 2s;
constexpr int data_every_rounds = 5;
constexpr std::int64_t data_size_bytes = 1024;
// What a minion does, of a hundred times.
constexpr int events_below = 70, mines_below = 80, pillars_below = 90, files_below = 96;  // the rest: a new connection

struct Day {
  Clock::time_point end;
  double period_s;
  std::string path;
  std::mt19937 random{20260101};  // the same day each time
};

Task<void> act(Fleet& fleet, Minion& minion, Day& day, std::int64_t number) {
  const int choice = std::uniform_int_distribution<int>(0, 99)(day.random);
  if (choice < events_below || (choice >= pillars_below && choice < files_below && day.path.empty())) co_await send_event(minion, number);
  else if (choice < mines_below) co_await update_mine(minion, number);
  else if (choice < pillars_below) co_await fetch_pillar(minion);
  else if (choice < files_below) co_await fetch_file(fleet, minion, day.path);
  else co_await minion.authenticate();
}

Task<void> live(Fleet& fleet, Minion& minion, std::shared_ptr<Day> day) {
  for (std::int64_t number = 0;; ++number) {
    const double wait_s = std::exponential_distribution<double>(1 / day->period_s)(day->random);
    const auto wake = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(wait_s * 1000));
    if (wake >= day->end) co_return;
    co_await wire::sleep_for(wake - Clock::now());
    co_await act(fleet, minion, *day, number);
  }
}

Task<void> operate(Fleet& fleet, std::shared_ptr<Day> day, StepReport& report, std::shared_ptr<bool> has_ended) {
  try {
    for (int round = 1; Clock::now() < day->end; ++round) {
      if (round % data_every_rounds == 0) co_await data_from_all(fleet, data_size_bytes, report);
      else co_await ping_all(fleet, report);
      co_await wire::sleep_for(pause_between_jobs);
    }
  } catch (const Error& error) {
    report.failures.emplace_back(error.what());
  }
  *has_ended = true;
}

// Least squares over the last two thirds: the first is for caches to fill.
double slope_mb_per_hour(const std::vector<TargetSample>& samples) {
  double n = 0, t = 0, m = 0, tt = 0, tm = 0;
  for (std::size_t i = samples.size() / 3; i < samples.size(); ++i) {
    const double hours = samples[i].seconds / 3600, mb = samples[i].use.memory_mb;
    n += 1, t += hours, m += mb, tt += hours * hours, tm += hours * mb;
  }
  const double spread = n * tt - t * t;
  return spread > 0 ? (n * tm - t * m) / spread : 0;
}

}  // namespace

Task<void> mixed_day(Fleet& fleet, StepText step, StepReport& report) {
  auto day = std::make_shared<Day>();
  const auto length = std::chrono::seconds(step.number(0, 60, 5, a_day_s));
  day->end = Clock::now() + length;
  day->period_s = static_cast<double>(step.number(1, 20, 1, a_day_s));
  day->path = step.text(2, "");
  const auto has_ended = std::make_shared<bool>(false);
  fleet.around().loop.spawn("the operator", operate(fleet, day, report, has_ended));
  const std::function<Task<void>(Minion&)> life = [&fleet, day](Minion& minion) { return live(fleet, minion, day); };
  co_await fleet.each(life);
  const std::function<bool()> is_over = [has_ended] { return *has_ended; };
  co_await fleet.until(is_over, fleet.options().step_limit);
  if (report.samples.size() > 2) {
    const double per_thousand = slope_mb_per_hour(report.samples) * 1000 / static_cast<double>(fleet.minions().size());
    report.figures.emplace_back("memory slope, MB/h per 1,000 minions", static_cast<double>(static_cast<std::int64_t>(per_thousand * 10)) / 10);
    report.figures.emplace_back("PSS in MB, first and last third",
                                List{static_cast<std::int64_t>(report.samples[report.samples.size() / 3].use.memory_mb),
                                     static_cast<std::int64_t>(report.samples.back().use.memory_mb)});
  }
}

}  // namespace halite::swarm
