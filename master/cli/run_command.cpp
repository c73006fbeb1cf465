// halite-run: functions of the master.
#include <algorithm>

#include "common/base/strings.h"
#include "common/config/program.h"
#include "common/control/client.h"
#include "common/data/json.h"
#include "common/output/arguments.h"
#include "common/wire/messages/event.h"
#include "common/wire/messages/runner.h"
#include "master/cli/commands.h"
#include "master/cli/printer.h"
#include "master/cli/tool.h"

namespace halite::cli {
namespace {

constexpr std::chrono::milliseconds tick_time{150};
constexpr int interrupted_code = 130;  // 128 + SIGINT, as shells have it

wire::RunFunction function_from(const std::vector<std::string>& words) {
  wire::RunFunction call;
  call.fun = words.front();
  call.arg = parse_arguments({words.begin() + 1, words.end()});
  if (call.arg.empty() || !call.arg.back().is_map() || !call.arg.back().find("__kwarg__")) return call;
  call.kwarg = *call.arg.back().if_map();
  call.kwarg.erase(Value("__kwarg__"));
  call.arg.pop_back();
  return call;
}

int show_documentation(const Screen& screen, Printer& printer, control::Client& client, const std::string& prefix) {
  const auto list = wire::decode_message<wire::RunnerList>(client.call("runner.list", Map()), "the master's reply");
  Map documentation;
  for (const auto& function : list.functions)
    if (function.name.starts_with(prefix)) documentation.set(function.name, function.doc);
  if (documentation.empty()) throw Error(ErrorKind::not_found, "no function begins with '{}'", prefix);
  if (!printer.asked().empty()) {
    printer.show(documentation);
    return exit_code::ok;
  }
  for (const auto& [name, text] : documentation)
    screen.out(fmt::format("{}:\n\n    {}\n\n", name.as_string(), replace_all(escape_control(text.as_string(), true), "\n", "\n    ")));
  return exit_code::ok;
}

// "TAG<tab>JSON" for each event: on one line for shells, indented for people.
int watch_events(const Screen& screen, control::Client& client, const wire::RunFunction& call) {
  wire::EventFilter filter;
  const auto given = [&](std::size_t position, const char* name) -> const Value* {
    return call.arg.size() > position ? &call.arg[position] : call.kwarg.find(name);
  };
  const auto is_set = [&](std::size_t position, const char* name) {
    const Value* value = given(position, name);
    return value && value->as_bool(name);
  };
  if (const Value* tag = given(0, "tagmatch"); tag && tag->as_string("tagmatch") != "*") filter.tag = tag->as_string();
  if (const Value* count = given(1, "count")) filter.count = std::max<std::int64_t>(count->as_int("count"), 0);
  const bool quiet = is_set(2, "quiet");
  const bool pretty = call.kwarg.contains("pretty") && call.kwarg.at("pretty").as_bool("pretty");
  JsonStyle style{.indent = pretty ? 4 : -1, .sort_keys = pretty, .ascii_only = true};
  client.call("event.stream", wire::encode_message(filter), [&](const Value& value) {
    const auto event = wire::decode_message<wire::Event>(value, "the master's event");
    if (!quiet) screen.out(escape_control(event.tag) + "\t" + to_json(event.data, style) + "\n");
  });
  return exit_code::ok;
}

// As Salt has it, a chosen format gets what an orchestration gave with its outputter and exit code.
void show(Printer& printer, const wire::RunFunction& call, const wire::RunnerResult& result) {
  const bool is_whole = !printer.asked().empty() && printer.asked() != "highstate" && result.out == "highstate" && call.fun.starts_with("state.");
  if (!is_whole) return printer.show(result.value, result.out, result.retcode);
  printer.show(Map{{"data", result.value}, {"outputter", result.out}, {"retcode", result.retcode}}, "", result.retcode);
}

int start(const Screen& screen, control::Client& client, wire::RunFunction call) {
  call.wait = false;
  const Value reply = client.call("runner.run", wire::encode_message(call));
  const auto started = wire::decode_message<wire::RunnerResult>(reply, "the master's reply");
  screen.out(fmt::format("Running with job ID: {0}\nIts result: halite-run jobs.lookup_jid {0}\n", started.jid));
  return exit_code::ok;
}

// Nothing when interrupted: the run goes on, and the person is told how to come back.
std::optional<wire::RunnerResult> run(const Screen& screen, control::Client& client, const wire::RunFunction& call,
                                      std::optional<std::int64_t> limit_s, bool is_quiet) {
  catch_interrupts();
  client.send("runner.run", wire::encode_message(call));
  std::string jid;
  auto heard = std::chrono::steady_clock::now();
  for (;;) {
    const auto reply = client.next(tick_time);
    if (reply) heard = std::chrono::steady_clock::now();
    if (was_interrupted() && !jid.empty()) {
      screen.err(fmt::format("\nThe run goes on, its job ID is {0}.\nIts result: halite-run jobs.lookup_jid {0}\nTo end it: halite-run jobs.kill {0}\n", jid));
      return std::nullopt;
    }
    if (!reply) {
      if (limit_s && std::chrono::steady_clock::now() - heard >= std::chrono::seconds(*limit_s))
        throw Error(ErrorKind::timeout, "the master said nothing for {} s", *limit_s);
    } else if (const auto* event = std::get_if<control::Event>(&*reply)) {
      const auto progress = wire::decode_message<wire::RunnerProgress>(event->value, "the master's event");
      if (!progress.jid.empty()) jid = progress.jid;
      if (!progress.text.empty() && !is_quiet) screen.err(escape_control(progress.text) + "\n");
    } else if (const auto* failure = std::get_if<control::Failure>(&*reply)) {
      throw failure->error;
    } else {
      return wire::decode_message<wire::RunnerResult>(std::get<control::Result>(*reply).value, "the master's reply");
    }
  }
}

}  // namespace

int run_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options) {
  Printer printer(screen, settings, options);
  const auto& words = options.arguments();
  if (words.empty() && !options.has("doc")) throw UsageError("which function? 'halite-run -d' lists them");
  const auto limit_s = options.integer("timeout");
  control::Client client(control_socket(settings));
  if (options.has("doc")) return show_documentation(screen, printer, client, words.empty() ? "" : words.front());

  wire::RunFunction call = function_from(words);
  if (call.fun == "state.event") return watch_events(screen, client, call);
  if (options.has("async")) return start(screen, client, std::move(call));
  const auto result = run(screen, client, call, limit_s, options.has("quiet"));
  if (!result) return interrupted_code;
  if (!options.has("quiet")) show(printer, call, *result);
  return static_cast<int>(std::clamp<std::int64_t>(result->retcode, 0, 255));
}

}  // namespace halite::cli
