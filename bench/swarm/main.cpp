// halite-swarm: many minions in one process. Composition root: builds every part and runs the steps one after another.
#include <sys/resource.h>

#include <cstdio>
#include <thread>

#include <boost/asio/this_coro.hpp>

#include "bench/swarm/steps.h"
#include "common/base/error.h"
#include "common/base/log.h"
#include "common/config/program.h"
#include "common/data/json.h"

namespace halite::swarm {
namespace {

constexpr std::size_t host_threads = 4, work_queue_limit = 200'000;

// As many descriptors as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::vector<std::shared_ptr<const KeyPair>> keys_for(const Options& options) {
  const std::size_t count = options.key_pool > 0 ? std::min(options.key_pool, options.minions) : options.minions;
  const auto tell = [count](std::size_t made) {
    if (::isatty(STDERR_FILENO)) fmt::print(stderr, "\rkeys: {} of {}", made, count);
    if (::isatty(STDERR_FILENO) && made >= count) fmt::print(stderr, "\n");
  };
  return load_keys(options.key_directory, count, std::thread::hardware_concurrency(), tell);
}

void print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

boost::asio::ip::address address_of(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) throw UsageError("option --master: '{}' is no IP address", host);
  return address;
}

Task<void> run_steps(wire::Loop& loop, wire::Workers& rsa_workers, wire::Workers& host_workers, const Options& options,
                     std::vector<std::shared_ptr<const KeyPair>> keys, bool& is_good) {
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  RequestPoolOptions pool_options;
  const auto address = address_of(options.host);
  pool_options.master = {address, static_cast<std::uint16_t>(options.request_port)};
  pool_options.connections_max = options.connections_max;
  RequestPool requests(executor, pool_options);
  Measures measures;
  JobBook jobs;
  Publications publications;
  Surroundings surroundings{executor, loop, rsa_workers, options, address, requests, measures, jobs, publications};
  Fleet fleet(surroundings, host_workers, keys);
  if (!options.as_json)
    print(fmt::format("{} minions, protocol {}, {} key pairs, at most {} connections to the request port\n", options.minions, options.level,
                      keys.size(), options.connections_max));
  for (const StepText& step : options.steps) {
    const StepReport report = co_await run_step(fleet, step);
    print(options.as_json ? to_json(json_of(report)) + "\n" : text_of(report));
    is_good = is_good && report.is_good();
    if (report.was_cut) break;
  }
  surroundings.is_stopping = true;
  loop.stop();
  // Whoever still waits refers to what stands here: it all goes with the loop.
  co_await wire::sleep_for(std::chrono::hours(1));
}

int run(const ParsedOptions& parsed) {
  const Options options = options_from(parsed);
  log::Settings log_settings;
  log_settings.level = log::level_from(parsed.text_or("log-level", "warning"));
  log::setup(log_settings);
  raise_descriptor_limit();
  auto keys = keys_for(options);
  wire::Loop loop;
  wire::WorkersOptions rsa, host;
  rsa.name = "rsa";
  rsa.queue_limit = work_queue_limit;
  host.name = "host";
  host.threads = host_threads;
  bool is_good = true;
  {
    wire::Workers rsa_workers(loop, rsa), host_workers(loop, host);
    loop.on_signals({SIGINT, SIGTERM}, [&](int) {
      is_good = false;
      loop.stop();
    });
    loop.spawn("the steps", run_steps(loop, rsa_workers, host_workers, options, std::move(keys), is_good));
    loop.run();
    std::fflush(stdout);
    // Ten thousand minions are not taken apart one by one: the process ends here.
    std::_Exit(is_good ? exit_code::ok : exit_code::generic);
  }
}

}  // namespace
}  // namespace halite::swarm

int main(int argc, char** argv) { return halite::run_program(halite::swarm::command_line(), argc, argv, halite::swarm::run); }
