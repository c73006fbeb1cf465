#include "bench/swarm/fleet.h"

#include <algorithm>

#include "common/base/strings.h"
#include "common/host/process.h"

namespace halite::swarm {
namespace {

using std::chrono_literals::operator""ms;

constexpr auto poll_time = 5ms;
constexpr std::size_t command_output_limit_bytes = std::size_t{256} << 20;

// The n-th id by the patterns in turn.
std::string id_of(const std::vector<std::string>& patterns, std::size_t number) {
  return replace_all(patterns[number % patterns.size()], "{}", fmt::format("{:05}", number));
}

Task<void> counted(std::function<Task<void>(Minion&)> action, Minion& minion, std::shared_ptr<std::size_t> left) {
  struct End {
    std::shared_ptr<std::size_t> left;
    ~End() { --*left; }
  } const end{left};
  co_await action(minion);
}

}  // namespace

Fleet::Fleet(Surroundings& surroundings, wire::Workers& host_workers, const std::vector<std::shared_ptr<const KeyPair>>& keys)
    : around_(surroundings),
      host_workers_(host_workers),
      target_(surroundings.options.target_pids, surroundings.options.target_pid_file) {
  for (std::size_t i = 0; i < options().minions; ++i)
    minions_.push_back(std::make_unique<Minion>(around_, id_of(options().id_patterns, i), keys[i % keys.size()]));
}

Task<void> Fleet::each(std::function<Task<void>(Minion&)> action) {
  const auto left = std::make_shared<std::size_t>(minions_.size());
  const double rate = options().starts_per_second;
  const auto start = Clock::now();
  std::size_t begun = 0;
  for (const auto& minion : minions_) {
    while (rate > 0 && static_cast<double>(begun) >= rate * milliseconds_since(start) / 1000) co_await wire::sleep_for(poll_time);
    around_.loop.spawn("a simulated minion", counted(action, *minion, left));
    ++begun;
  }
  while (*left > 0) co_await wire::sleep_for(poll_time);
}

Task<bool> Fleet::until(std::function<bool()> condition, wire::Duration limit) {
  const auto end = Clock::now() + limit;
  while (!condition()) {
    if (Clock::now() >= end) co_return false;
    co_await wire::sleep_for(poll_time);
  }
  co_return true;
}

std::size_t Fleet::subscribed() const {
  return static_cast<std::size_t>(std::count_if(minions_.begin(), minions_.end(), [](const auto& minion) { return minion->is_subscribed(); }));
}

std::size_t Fleet::accepted() const {
  return static_cast<std::size_t>(std::count_if(minions_.begin(), minions_.end(), [](const auto& minion) { return minion->generation() > 0; }));
}

Task<CommandRun> Fleet::publish(std::vector<std::string> words) {
  words.insert(words.begin(), options().command.begin(), options().command.end());
  co_return co_await run(std::move(words));
}

Task<CommandRun> Fleet::run(std::vector<std::string> words) {
  auto work = [words = std::move(words), limit = options().step_limit] {
    Command command;
    command.argv = words;
    command.timeout = limit;
    command.output_limit_bytes = command_output_limit_bytes;
    const auto start = Clock::now();
    CommandResult result = run_process(command);
    return CommandRun{result.exit_code, result.timed_out, std::move(result.output), std::move(result.error), milliseconds_since(start)};
  };
  co_return co_await host_workers_.run(std::move(work));
}

Task<std::optional<ProcessUse>> Fleet::look_at_target() {
  auto look = [target = target_] { return target.look(); };
  co_return co_await host_workers_.run(std::move(look));
}

}  // namespace halite::swarm
