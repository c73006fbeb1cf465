#include "master/run_master.h"

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/memory_reserve.h"
#include "common/config/load_settings.h"
#include "common/config/ownership.h"
#include "common/config/program.h"
#include "common/host/real_host.h"
#include "master/master.h"
#include "master/notify.h"
#include "master/prepare.h"
#include "master/upkeep.h"

namespace halite::master {
namespace {

constexpr std::size_t reserve_bytes = 4u << 20;

LoadedSettings<MasterSettings> load(Host& host, const ParsedOptions& options) {
  ConfigRequest request = config_request("master", options.text("config-dir"));
  for (const char* name : {"user", "log-level", "log-file"})
    if (const auto value = options.text(name)) {
      std::string option = name;
      if (const auto dash = option.find('-'); dash != std::string::npos) option[dash] = '_';
      request.overrides.set(option, *value);
    }
  return load_master_settings(host, request);
}

// What it costs to let old minions in, each time it is done.
void warn_of_old_minions(std::int64_t minimum) {
  if (minimum == 2)
    log::warning("minimum_auth_version is 2: a minion of that level is not proven to be the one it names in its returns, so whoever is root on one host may claim "
                 "to be another, and all of level 2 can read what the others ask and are told, but for pillars. Set 3 again once Salt minions older than 3006.12 "
                 "and 3007.4 are gone");
  else if (minimum < 3)
    log::warning("minimum_auth_version is {}, which is taken for 3: older minions are let in by 2, and none before that level", minimum);
  else if (minimum > 3)
    log::warning("minimum_auth_version is {}, which is taken for 3, the newest that there is", minimum);
}

void set_up_log(const LoadedSettings<MasterSettings>& loaded) {
  log::Settings settings;
  settings.level = log::level_from(loaded.settings.log_level);
  settings.file = loaded.settings.log_file;
  settings.file_level = log::level_from(loaded.settings.log_level_logfile.value_or(loaded.settings.log_level));
  log::setup(settings);
  for (const auto& warning : loaded.warnings) log::warning("{}", warning);
  warn_of_old_minions(loaded.settings.minimum_auth_version);
}

// Directories as root, then nothing more as root.
void settle(Host& host, const LoadedSettings<MasterSettings>& loaded) {
  const Value* wanted = loaded.values.find("user");
  std::optional<std::string> user;
  if (wanted) user = loaded.settings.user;
  const auto account = account_to_run_as(host, user, ::geteuid());
  std::set<uid_t> trusted{0, ::geteuid()};
  if (account) trusted.insert(account->uid);
  check_ownership(host, loaded.own_paths(), trusted);
  prepare_directories(host, loaded.settings, account);
  if (account) {
    become(*account);
  } else if (::geteuid() == 0 && !wanted) {
    log::warning("running as root, as there is no user 'halite'; make one, or set `user: root` to say that this is meant");
  }
}

Task<void> keep_watchdog(std::chrono::microseconds interval) {
  for (;;) {
    notify_manager("WATCHDOG=1");
    co_await wire::sleep_for(interval);
  }
}

// An error of the start ends the program, with this error.
Task<void> start(wire::Loop& loop, Master& master, std::exception_ptr& failure) {
  try {
    co_await master.start();
    notify_manager("READY=1\nSTATUS=Serving");
  } catch (...) {
    failure = std::current_exception();
    loop.stop();
  }
}

Task<void> restore_reserve(MemoryReserve& reserve) {
  if (reserve.restore()) log::error("there was no memory left: something was refused for it");
  co_return;
}

int serve(Host& host, const MasterSettings& settings) {
  MemoryReserve reserve(reserve_bytes);
  wire::Loop loop;
  Master master(loop, host, settings);
  std::exception_ptr failure;
  loop.on_signals({SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2}, [&](int signal) {
    if (signal != SIGTERM && signal != SIGINT) {
      log::info("signal {} ({}): settings are read at the start only; restart to change them", signal, ::strsignal(signal));
      return;
    }
    notify_manager("STOPPING=1");
    log::info("stopping");
    master.close();
    loop.stop();
  });
  loop.spawn("start", start(loop, master, failure));
  loop.spawn("memory", repeat("memory", std::chrono::seconds(1), [&reserve] { return restore_reserve(reserve); }));
  if (const auto interval = watchdog_interval()) loop.spawn("watchdog", keep_watchdog(*interval));
  log::info("the master's key has fingerprint {}", master.fingerprint());
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return exit_code::ok;
}

int body(const ParsedOptions& options) {
  if (options.has("print-config")) {
    std::fputs(example_config(master_settings_schema(), "master").c_str(), stdout);
    return exit_code::ok;
  }
  ::umask(0077);
  const auto host = make_real_host();
  const auto loaded = load(*host, options);
  set_up_log(loaded);
  settle(*host, loaded);
  return serve(*host, loaded.settings);
}

}  // namespace

const CommandLine& master_command_line() {
  static const CommandLine command_line = [] {
    CommandLine line;
    line.name = "halite-master";
    line.summary = "The master: publishes jobs to minions, takes their results, serves files and pillar.";
    line.usage = {"[options]"};
    OptionGroup own;
    own.title = "Options";
    own.options.push_back({{"-u", "--user"}, "USER", "User to run as when started as root.", ""});
    own.options.push_back({{"--print-config"}, "", "Print a configuration with every option, its default and its meaning, and exit.", ""});
    line.groups = {own, common_options()};
    line.notes = {{"FILES", "/etc/halite/master, /etc/halite/master.d/*.conf"},
                  {"SIGNALS", "SIGTERM and SIGINT end the program."}};
    line.man_section = 8;
    return line;
  }();
  return command_line;
}

int run_master(int argc, char** argv) { return run_program(master_command_line(), argc, argv, body); }

}  // namespace halite::master
