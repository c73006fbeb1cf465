#include "minion/cli/call_command.h"

#include <csignal>
#include <cstdio>
#include <memory>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/returners.h"
#include "common/base/strings.h"
#include "common/config/load_settings.h"
#include "common/config/program.h"
#include "common/host/real_host.h"
#include "common/output/arguments.h"
#include "minion/cli/master_session.h"
#include "minion/cli/printer.h"
#include "minion/execute.h"
#include "minion/identity.h"
#include "minion/machine.h"
#include "minion/return_limit.h"
#include "minion/returners.h"

namespace halite::minion {
namespace {

constexpr int unknown_function_code = 255;  // as salt-call ends

volatile std::sig_atomic_t was_interrupted = 0;

LoadedSettings<MinionSettings> load_settings(Host& host, const ParsedOptions& options) {
  ConfigRequest request = config_request("minion", options.text("config-dir"));
  if (options.has("local")) request.overrides.set("file_client", "local");
  for (const auto& [option, setting] : {std::pair{"id", "id"}, std::pair{"master", "master"}, std::pair{"cachedir", "cachedir"}})
    if (const auto value = options.text(option)) request.overrides.set(setting, *value);
  for (const auto& [option, setting] : {std::pair{"file-root", "file_roots"}, std::pair{"pillar-root", "pillar_roots"}})
    if (const auto value = options.text(option)) request.overrides.set(setting, Map{{"base", List{*value}}});
  return load_minion_settings(host, request);
}

void set_up_log(const MinionSettings& settings, const ParsedOptions& options) {
  log::Settings wanted;
  wanted.level = log::level_from(options.text_or("log-level", settings.log_level));
  log::setup(wanted);
}

Job job_of(const std::string& function, const ParsedOptions& options, Host& host) {
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(host.now().time_since_epoch()).count();
  Job job;
  job.jid = make_jid(now);
  job.fun = function;
  job.arg = parse_arguments({options.arguments().begin() + 1, options.arguments().end()});
  job.tgt = "salt-call";
  return job;
}

int exit_code_of(const Map& load, bool is_passed_through) {
  const Value* retcode = load.find("retcode");
  const std::int64_t code = retcode && retcode->if_int() ? *retcode->if_int() : 1;
  if (code == 0) return exit_code::ok;
  return is_passed_through ? static_cast<int>(code & 0xff) : exit_code::generic;
}

// The master keeps a record of the call; a call whose record can't be sent has still been made.
void send_return(MasterLink& master, Map load) {
  load.set("jid", "req");
  try {
    fit_return(load);
    master.request("_return", std::move(load));
  } catch (const Error& error) {
    log::error("the master did not take the result: {}", error.what());
  }
}

void show(const Map& load, const ParsedOptions& options, Printer& printer) {
  const Value* out = load.find("out");
  const std::string wanted = out && out->if_string() ? *out->if_string() : "";
  const std::int64_t retcode = load.at("retcode").as_int();
  if (!options.has("metadata")) return printer.show(Map{{"local", load.at("return")}}, wanted, retcode);
  Map shown;
  for (const char* key : {"jid", "return", "retcode", "out", "id", "fun", "fun_args"})
    if (const Value* value = load.find(key)) shown.set(key, *value);
  printer.show(Map{{"local", shown}}, "nested", retcode);
}

std::string function_of(const ParsedOptions& options) {
  if (options.has("grains")) return "grains.items";
  if (options.has("doc")) return "sys.doc";
  if (options.arguments().empty()) throw UsageError("a function is missing; test.ping is one");
  return options.arguments()[0];
}

Map run(const Job& job, Machine& machine) {
  const auto cancelled = [] { return was_interrupted != 0; };
  if (is_light(job, machine.tools())) return run_job(job, machine.tools(), cancelled);
  const auto mark = machine.jobs().mark(job.jid, job.shown());
  return run_job(job, machine.tools(), cancelled);
}

ParsedOptions with_function(const ParsedOptions& options, const std::string& function) {
  if (!options.has("grains") && !options.has("doc")) return options;
  ParsedOptions fresh;
  fresh.add_argument(function);
  for (const auto& word : options.arguments()) fresh.add_argument(word);
  for (const char* key : {"out", "out-indent", "out-file", "state-output", "state-verbose"})
    if (const auto value = options.text(key)) fresh.add(key, *value);
  for (const char* key : {"no-color", "force-color", "out-file-append", "metadata", "output-diff"})
    if (options.has(key)) fresh.add(key, "");
  return fresh;
}

}  // namespace

CommandLine call_command_line() {
  return {.name = "halite-call",
          .summary = "Runs one function on this machine and shows the result.",
          .usage = {"[options] FUNCTION [ARGUMENT...] [NAME=VALUE...]"},
          .groups = {{"The call",
                      {{{"--local"}, "", "Without a master: states, pillar and files come from this machine.", ""},
                       {{"-g", "--grains"}, "", "Show the grains.", ""},
                       {{"-d", "--doc", "--documentation"}, "", "Show documentation of the function, or of all.", ""},
                       {{"--master"}, "NAME", "Master to use.", ""},
                       {{"--id"}, "ID", "Minion id to use.", ""},
                       {{"--file-root"}, "DIR", "Directory of the state tree, for environment base.", ""},
                       {{"--pillar-root"}, "DIR", "Directory of the pillar tree, for environment base.", ""},
                       {{"--cachedir"}, "DIR", "Directory of what can be fetched again.", ""},
                       {{"--retcode-passthrough"}, "", "Exit with the function's return code.", ""},
                       {{"--metadata"}, "", "Show job id, return code and the rest too.", ""},
                       {{"-t", "--timeout"}, "SECONDS", "Seconds to wait for the master; 60.", ""},
                       {{"-m", "--module-dirs"}, "DIR", "", "modules are part of the program; leave it out"},
                       {{"--states-dir"}, "DIR", "", "modules are part of the program; leave it out"},
                       {{"--return"}, "NAMES", "Hand the result to returners too: file.", ""},
                       {{"--skip-grains"}, "", "Taken for Salt's callers; grains are found when they are asked for.", ""},
                       {{"--refresh-grains-cache"}, "", "Taken for Salt's callers; grains are not kept.", ""},
                       {{"--no-return-event"}, "", "Do not send the result to the master.", ""}}},
                     output_options(), common_options()},
          .examples = {{"halite-call --local test.ping", "is the program well?"},
                       {"halite-call state.apply test=True", "what would a highstate change?"}},
          .notes = {{"Exit codes", "0 success; 1 the function failed (with --retcode-passthrough its own code); 2 no master; 64 wrong option; 255 unknown function."}}};
}

int call_command(const ParsedOptions& given) {
  const std::string function = function_of(given);
  const ParsedOptions options = with_function(given, function);
  const auto host = make_real_host();
  const auto probe = make_real_probe();
  auto config = load_settings(*host, given);
  set_up_log(config.settings, given);
  for (const auto& warning : config.warnings) log::warning("{}", warning);
  Printer printer(config.settings, options);
  config.settings.id = find_id(*host, *probe, config);
  std::signal(SIGINT, [](int) { was_interrupted = 1; });
  std::signal(SIGTERM, [](int) { was_interrupted = 1; });

  Job job = job_of(function, options, *host);
  job.ret = given.text_or("return", "");
  try {
    check_returners(job.ret);
  } catch (const Error& error) {
    throw UsageError("option --return: {}", error.message());
  }
  std::unique_ptr<MasterSession> session;
  if (config.settings.file_client != "local")
    session = std::make_unique<MasterSession>(*host, config, std::chrono::seconds(given.integer("timeout").value_or(60)));
  Machine machine(*host, *probe, config, session ? &session->link() : nullptr);
  if (!machine.functions().find(function)) {
    std::fprintf(stderr, "%s\n", machine.functions().unknown(function).c_str());
    return unknown_function_code;
  }
  const Map load = run(job, machine);
  show(load, options, printer);
  Returners(config.settings, *host).take(job, load);
  if (session && !given.has("no-return-event")) send_return(session->link(), load);
  return exit_code_of(load, given.has("retcode-passthrough"));
}

}  // namespace halite::minion
