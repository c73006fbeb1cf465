// halite-minion: the daemon. Composition root: builds every part and shows how they connect.
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "common/base/log.h"
#include "common/config/load_settings.h"
#include "common/config/ownership.h"
#include "common/config/program.h"
#include "common/host/real_host.h"
#include "minion/identity.h"
#include "minion/job_process.h"
#include "minion/minion.h"
#include "minion/notify.h"

namespace halite::minion {
namespace {

constexpr int refused_code = 77;  // EX_NOPERM, as Salt's minion ends when its key is rejected

CommandLine command_line() {
  return {.name = "halite-minion",
          .summary = "Joins a master and does its jobs on this machine.",
          .usage = {"[options]"},
          .groups = {{"Options", {{{"--id"}, "ID", "This minion's id, instead of the configuration's.", ""},
                                  {{"--print-config"}, "", "Print a configuration with every option, its default and its meaning, and exit.", ""}}}, common_options()},
          .examples = {{"halite-minion", "in the foreground, as systemd runs it"}},
          .notes = {{"Exit codes", "0 ended by a signal; 1 error; 64 wrong option; 77 the master refuses this minion, or is not the one it trusts."}}};
}

log::Settings log_settings(const MinionSettings& settings, const ParsedOptions& options) {
  log::Settings result;
  result.level = log::level_from(options.text_or("log-level", settings.log_level));
  return result;
}

Task<void> run_minion(Minion& minion, wire::Loop& loop, int& code) {
  try {
    co_await minion.run();
  } catch (const Error& error) {
    log::error("{}", error.what());
    code = error.kind() == ErrorKind::denied ? refused_code : exit_code::generic;
  }
  loop.stop();
}

int run(const ParsedOptions& options) {
  if (options.has("print-config")) {
    std::fputs(example_config(minion_settings_schema(), "minion").c_str(), stdout);
    return exit_code::ok;
  }
  const auto host = make_real_host();
  const auto probe = make_real_probe();
  ConfigRequest request = config_request("minion", options.text("config-dir"));
  if (const auto id = options.text("id")) request.overrides.set("id", *id);
  auto config = load_minion_settings(*host, request);
  check_ownership(*host, config.own_paths(), {0, ::geteuid()});
  log::setup(log_settings(config.settings, options));
  for (const auto& warning : config.warnings) log::warning("{}", warning);
  config.settings.id = find_id(*host, *probe, config);
  const MinionSettings& settings = config.settings;
  auto key = load_key(*host, settings.pki_dir, static_cast<int>(settings.keysize));

  wire::Loop loop;
  wire::SocketContext sockets;
  wire::Workers quick(loop, {.name = "quick", .threads = 2});
  wire::Workers slow(loop, {.name = "job", .threads = 16, .queue_limit = 256});
  // Work on the two above may wait for the master, so what talks to the master must not wait behind it.
  wire::Workers sealing(loop, {.name = "sealing", .threads = 1});
  FilePinStore pin(settings.pki_dir);
  wire::MasterConnection master(loop, sockets, sealing, master_options(settings, settings.grains), std::move(key), pin);
  Minion minion(loop, quick, slow, master, *host, *probe, config);

  int code = exit_code::ok;
  loop.on_signals({SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}, [&](int signal) {
    if (signal != SIGTERM && signal != SIGINT) {
      log::info("signal {} ({}): settings are read at the start only; restart to change them", signal, ::strsignal(signal));
      return;
    }
    notify_manager("STOPPING=1");
    loop.stop();
  });
  log::info("halite-minion {} starts as '{}'", HALITE_VERSION, settings.id);
  loop.spawn("the minion", run_minion(minion, loop, code));
  loop.run();
  // At once, without taking the parts down: a job's supervisor may still wait for its process, which goes on by itself.
  // Everything that must survive is on disk already.
  std::fflush(nullptr);
  ::_exit(code);
}

}  // namespace
}  // namespace halite::minion

int main(int argc, char** argv) {
  // One arena: each further one keeps memory of its own that is hardly used.
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_TRIM_THRESHOLD, 128 * 1024);
  if (argc == 2 && std::strcmp(argv[1], "--job") == 0) return halite::minion::job_main();
  return halite::run_program(halite::minion::command_line(), argc, argv, halite::minion::run);
}
