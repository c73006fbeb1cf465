// Steps about jobs, which the operator's own command publishes.
#include <algorithm>

#include "bench/swarm/steps.h"
#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::swarm {
namespace {

using std::chrono_literals::operator""s;

const std::string held_return = "held return";

constexpr std::int64_t return_size_max_bytes = std::int64_t{64} << 20, rounds_max = 100'000;
constexpr auto returns_limit = 60s;
const char* const patience_s = "120";  // of the command; the step's own limit is below

// The command lines' way to say that all of it goes nowhere.
constexpr std::string_view no_output = "--out=quiet";

std::string newest_job(const JobBook& book) { return book.jobs.empty() ? std::string() : book.jobs.rbegin()->first; }

bool is_settled(const JobRecord& record, std::size_t minions) { return record.returned + record.lost >= minions; }

void judge(const std::string& jid, const JobRecord& record, std::size_t minions, StepReport& report) {
  if (record.received < minions) report.failures.push_back(fmt::format("job {} reached {} of {} minions", jid, record.received, minions));
  if (record.returned < record.received)
    report.failures.push_back(fmt::format("job {}: {} returns of {} were not taken", jid, record.received - record.returned, record.received));
}

// Publishes by the command, waits for it and for all returns. Gives what it printed.
Task<std::string> run_job(Fleet& fleet, std::vector<std::string> words, StepReport& report) {
  JobBook& book = fleet.around().jobs;
  const std::string before = newest_job(book);
  const CommandRun run = co_await fleet.publish(std::move(words));
  fleet.series("command").latencies.add(run.milliseconds);
  if (run.exit_code != 0) {
    ++fleet.series("command").errors[fmt::format("exit code {}", run.exit_code)];
    report.failures.push_back(fmt::format("the command ended with {}: {}", run.exit_code, escape_control(run.error.substr(0, 300))));
  }
  const std::size_t minions = fleet.minions().size();
  const std::string jid = newest_job(book);
  if (jid == before) throw Error(ErrorKind::unavailable, "no minion received the job: {}{}", run.output.substr(0, 300), run.error.substr(0, 300));
  // Other jobs, such as find_job, may have come behind it.
  const auto first = book.jobs.upper_bound(before);
  const std::string mine = first->first;
  const std::function<bool()> has_all = [&book, mine, minions] { return is_settled(book.jobs[mine], minions); };
  co_await fleet.until(has_all, returns_limit);
  judge(mine, book.jobs[mine], minions, report);
  co_return run.output;
}

Task<void> send_held(Fleet& fleet, std::shared_ptr<std::size_t> left) {
  JobBook& book = fleet.around().jobs;
  while (!book.held.empty()) {
    const HeldReturn held = book.held.front();
    book.held.pop_front();
    co_await held.minion->answer(held.job, Clock::now(), held_return);
  }
  --*left;
}

}  // namespace

Task<void> ping_all(Fleet& fleet, StepReport& report) {
  std::vector<std::string> words{fleet.options().target, "test.ping", "--out=txt", "-t", patience_s};
  const std::string output = co_await run_job(fleet, std::move(words), report);
  const auto lines = split_lines(output);
  const auto answered = static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return line.ends_with(": True"); }));
  if (answered != fleet.minions().size())
    report.failures.push_back(fmt::format("the command showed {} answers of {}", answered, fleet.minions().size()));
}

Task<void> data_from_all(Fleet& fleet, std::int64_t size_bytes, StepReport& report) {
  std::vector<std::string> words{fleet.options().target, "swarm.data", std::to_string(size_bytes), std::string(no_output), "-t", patience_s};
  co_await run_job(fleet, std::move(words), report);
}

Task<void> ping(Fleet& fleet, StepText step, StepReport& report) {
  const std::int64_t rounds = step.number(0, 5, 1, rounds_max);
  for (std::int64_t i = 0; i < rounds; ++i) co_await ping_all(fleet, report);
}

Task<void> job(Fleet& fleet, StepText step, StepReport& report) {
  const std::int64_t size_bytes = step.number(0, 1024, 0, return_size_max_bytes), rounds = step.number(1, 3, 1, rounds_max);
  for (std::int64_t i = 0; i < rounds; ++i) co_await data_from_all(fleet, size_bytes, report);
}

Task<void> push_returns(Fleet& fleet, StepText step, StepReport& report) {
  const std::int64_t size_bytes = step.number(0, 1024, 0, return_size_max_bytes), jobs = step.number(1, 5, 1, rounds_max);
  JobBook& book = fleet.around().jobs;
  const std::string before = newest_job(book);
  const std::size_t expected = static_cast<std::size_t>(jobs) * fleet.minions().size();
  book.holds_returns = true;
  for (std::int64_t i = 0; i < jobs; ++i) {
    std::vector<std::string> words{"--async", fleet.options().target, "swarm.data", std::to_string(size_bytes)};
    const CommandRun run = co_await fleet.publish(std::move(words));
    if (run.exit_code != 0) report.failures.push_back(fmt::format("the command ended with {}: {}", run.exit_code, escape_control(run.error)));
  }
  const std::function<bool()> holds_all = [&book, expected] { return book.held.size() >= expected; };
  const bool are_there = co_await fleet.until(holds_all, returns_limit);
  book.holds_returns = false;
  if (!are_there) report.failures.push_back(fmt::format("{} of {} jobs reached a minion", book.held.size(), expected));
  // What the publishing cost is not meant here.
  fleet.around().measures.clear();
  report.before = co_await fleet.look_at_target();
  const auto left = std::make_shared<std::size_t>(fleet.options().connections_max);
  const auto start = Clock::now();
  for (std::size_t i = 0; i < fleet.options().connections_max; ++i) fleet.around().loop.spawn("held returns", send_held(fleet, left));
  while (*left > 0) co_await wire::sleep_for(std::chrono::milliseconds(1));
  report.seconds = milliseconds_since(start) / 1000;
  for (auto found = book.jobs.upper_bound(before); found != book.jobs.end(); ++found)
    if (found->second.received >= fleet.minions().size()) judge(found->first, found->second, fleet.minions().size(), report);
  if (fleet.series(held_return).latencies.count() < expected)
    report.failures.push_back(fmt::format("{} of {} returns were taken", fleet.series(held_return).latencies.count(), expected));
}

}  // namespace halite::swarm
