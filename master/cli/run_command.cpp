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

int show_documentation(const Screen& screen, control::Client& client, const std::string& prefix) {
  const auto list = wire::decode_message<wire::RunnerList>(client.call("runner.list", Map()), "the master's reply");
  bool any = false;
  for (const auto& function : list.functions) {
    if (!function.name.starts_with(prefix)) continue;
    any = true;
    screen.out(fmt::format("{}:\n\n    {}\n\n", function.name, replace_all(escape_control(function.doc, true), "\n", "\n    ")));
  }
  if (!any) throw Error(ErrorKind::not_found, "no function begins with '{}'", prefix);
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

}  // namespace

int run_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options) {
  Printer printer(screen, settings, options);
  const auto& words = options.arguments();
  if (words.empty() && !options.has("doc")) throw UsageError("which function? 'halite-run -d' lists them");
  const auto limit_s = options.integer("timeout");
  control::Client client(control_socket(settings));
  if (options.has("doc")) return show_documentation(screen, client, words.empty() ? "" : words.front());

  const wire::RunFunction call = function_from(words);
  if (call.fun == "state.event") return watch_events(screen, client, call);
  const auto on_progress = [&](const Value& value) {
    const auto progress = wire::decode_message<wire::RunnerProgress>(value, "the master's event");
    if (!options.has("quiet")) screen.err(escape_control(progress.text) + "\n");
  };
  const auto limit = limit_s ? std::chrono::milliseconds(*limit_s * 1000) : std::chrono::milliseconds(-1);
  const Value reply = client.call("runner.run", wire::encode_message(call), on_progress, limit);
  const auto result = wire::decode_message<wire::RunnerResult>(reply, "the master's reply");
  if (!options.has("quiet")) printer.show(result.value, result.out, result.retcode);
  return static_cast<int>(std::clamp<std::int64_t>(result.retcode, 0, 255));
}

}  // namespace halite::cli
