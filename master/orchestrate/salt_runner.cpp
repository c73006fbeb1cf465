// salt.runner, salt.wheel and salt.parallel_runners: functions of the master itself.
#include <algorithm>
#include <thread>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/output/outputter.h"
#include "master/orchestrate/salt_states.h"
#include "states/arguments.h"
#include "states/resource.h"

namespace halite::master {
namespace {

using states::Outcome;
using states::Result;

constexpr std::size_t runners_limit = 32;  // of one salt.parallel_runners

struct Named {
  std::string name;
  Value arg;
  Value kwarg;
};

Schema<Named> schema() {
  return Schema<Named>()
      .key(&Named::name, "name", "The function, such as manage.up. Further arguments are the function's own.")
      .parameter(&Named::arg, "arg", "List of arguments by position.")
      .parameter(&Named::kwarg, "kwarg", "More arguments by name.");
}

wire::RunFunction call_of(const std::string& name, const Value& arg, const Value& kwarg, const Map& further) {
  wire::RunFunction call;
  call.fun = name;
  if (!arg.is_null()) call.arg = arg.is_list() ? arg.as_list() : List{arg};
  call.kwarg = further;
  if (!kwarg.is_null())
    for (const auto& [key, value] : kwarg.as_map("kwarg")) call.kwarg.set(key, value);
  return call;
}

// What a runner gave; a failure of its own is a result too, in Salt's words.
wire::RunnerResult ask(MasterLine& line, const std::string& command, const wire::RunFunction& call) {
  const auto on_event = [&](const Value& value) {
    const auto progress = wire::decode_message<wire::RunnerProgress>(value, "the master's event");
    if (!progress.text.empty()) line.say(progress.text);
  };
  try {
    return wire::decode_message<wire::RunnerResult>(line.call(command, wire::encode_message(call), on_event), "the master's reply");
  } catch (const Error& error) {
    wire::RunnerResult result;
    result.value = fmt::format("Exception occurred in {} {}: {}", command.substr(0, command.find('.')), call.fun, error.what());
    result.retcode = 1;
    return result;
  }
}

states::Function on_master(const SaltStatesParts& parts, const char* name, const char* command, const char* word, const char* doc, Map example) {
  states::Function function{.name = name, .doc = doc, .example = std::move(example), .arguments = schema().fields(), .is_action = true,
                            .takes_anything = true, .check = {}, .run = {}};
  function.check = [](const Map& args) { schema().decode(args, Unknown::ignore, "salt.runner"); };
  function.run = [parts, command, word](const Map& args, states::World& world) -> Outcome {
    const Named named = schema().decode(args, Unknown::ignore, "salt.runner");
    if (world.dry_run)
      return {.result = Result::would_change, .comment = fmt::format("{} function '{}' would be executed.", word, named.name)};
    Map further = args;
    for (const char* own : {"name", "arg", "kwarg"}) further.erase(own);
    const auto result = ask(parts.line, command, call_of(named.name, named.arg, named.kwarg, further));
    const bool is_well = result.retcode == 0;
    return {.result = is_well ? Result::changed : Result::failed,
            .comment = fmt::format("{} function '{}' {}.", word, named.name, is_well ? "executed" : "failed"),
            .changes = {{"return", runner_return(result)}},
            .jid = result.jid};
  };
  return function;
}

struct Several {
  std::string name;
  Value runners;
};

Schema<Several> several_schema() {
  return Schema<Several>()
      .key(&Several::name, "name", "A name for this step.")
      .parameter(&Several::runners, "runners", "Id -> [name: FUNCTION, kwarg: {...}]; the id is the function when there is no name.");
}

// [{name: x}, {kwarg: {...}}] as one map.
Map joined(const Value& settings) {
  if (settings.is_null()) return {};
  if (const Map* map = settings.if_map()) return *map;
  Map all;
  for (const auto& part : settings.as_list("a runner's settings"))
    for (const auto& [key, value] : part.as_map("a runner's setting")) all.set(key, value);
  return all;
}

// Where a runner's result says what changed: an orchestration's nested states, down to their minions.
Value changes_in(const Value& value) {
  const Map* map = value.if_map();
  if (!map) return Map{};
  if (const Value* changes = map->find("changes")) {
    const Value* out = changes->is_map() ? changes->find("out") : nullptr;
    const Value* ret = changes->is_map() ? changes->find("ret") : nullptr;
    return out && ret && *out == Value("highstate") ? *ret : *changes;
  }
  Map found;
  for (const auto& [key, part] : *map)
    if (Value change = changes_in(part); !change.is_map() || !change.if_map()->empty()) found.set(key, std::move(change));
  return found;
}

using Results = std::vector<std::pair<std::string, wire::RunnerResult>>;

Outcome judged_as_states(const Results& results) {
  Outcome outcome{.result = Result::changed};
  std::string failures;
  for (const auto& [id, result] : results) {
    if (Value changes = changes_in(result.value); changes != Value(Map{})) outcome.changes.set(id, std::move(changes));
    if (result.retcode == 0) continue;
    if (!failures.empty()) failures += "\n";
    OutputOptions options;
    options.nested_indent = 2;
    failures += fmt::format("Runner {} failed with return value:\n{}", id, format_output(runner_return(result), "nested", options));
  }
  outcome.comment = failures.empty() ? "All runner functions executed successfully." : failures;
  if (!failures.empty()) outcome.result = Result::failed;
  return outcome;
}

Outcome judged(const Results& results) {
  const bool all_states = std::all_of(results.begin(), results.end(), [](const auto& entry) { return entry.second.out == "highstate"; });
  if (all_states) return judged_as_states(results);
  std::vector<std::string> failed;
  Map values;
  for (const auto& [id, result] : results) {
    values.set(id, runner_return(result));
    if (result.retcode != 0) failed.push_back(id);
  }
  Outcome outcome{.result = failed.empty() ? Result::changed : Result::failed, .changes = {{"ret", values}}};
  outcome.comment = failed.empty()       ? "All runner functions executed successfully."
                    : failed.size() == 1 ? fmt::format("Runner {} failed.", failed[0])
                                         : fmt::format("Runners {} failed.", join(failed, ", "));
  return outcome;
}

Outcome run_several(const Several& args, MasterLine& line) {
  Map runners;
  if (const auto* text = args.runners.if_string()) runners.set(*text, Value());
  else if (const Map* map = args.runners.if_map()) runners = *map;
  else return states::failed("The runners parameter must be a string or dict.");
  if (runners.size() > runners_limit)
    throw Error(ErrorKind::invalid, "{} runners are too many for one state; at most {}", runners.size(), runners_limit);
  std::vector<wire::RunFunction> calls;
  Results results;
  for (const auto& [key, given] : runners) {
    const std::string id = states::python_text(key);
    const Map settings = joined(given);
    const Value* name = settings.find("name");
    const Value* kwarg = settings.find("kwarg");
    calls.push_back(call_of(name ? name->as_string("a runner's name") : id, {}, kwarg ? *kwarg : Value(), {}));
    results.emplace_back(id, wire::RunnerResult());
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < calls.size(); ++i)
    threads.emplace_back([&, i] { results[i].second = ask(line, "runner.run", calls[i]); });
  for (auto& thread : threads) thread.join();
  return judged(results);
}

}  // namespace

states::Function salt_runner(const SaltStatesParts& parts) {
  return on_master(parts, "runner", "runner.run", "Runner", "Runs a function of the master, as halite-run does.", {{"name", "manage.up"}});
}

states::Function salt_wheel(const SaltStatesParts& parts) {
  return on_master(parts, "wheel", "wheel.run", "Wheel", "Runs a function about the master's keys and settings.",
                   {{"name", "key.accept"}, {"match", "web1"}});
}

states::Function salt_parallel_runners(const SaltStatesParts& parts) {
  states::Action<Several> action{.name = "salt", .schema = several_schema(), .plan = {}, .run = {}, .takes_anything = true};
  action.plan = [](const Several&, states::World&) {
    return Outcome{.result = Result::would_change, .comment = "The runner functions would be executed."};
  };
  action.run = [parts](const Several& args, states::World&) { return run_several(args, parts.line); };
  return action.function("parallel_runners", "Runs several functions of the master side by side.",
                         {{"name", "both"}, {"runners", Map{{"up", List{Map{{"name", "manage.up"}}}}}}});
}

}  // namespace halite::master
