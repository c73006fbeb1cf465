// salt.function: one function on minions.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "master/orchestrate/ask_minions.h"
#include "states/resource.h"

namespace halite::master {
namespace {

struct Call : MinionsWanted {
  Value arg;
  Map kwarg;
  std::string fail_function;
  bool expect_minions = false;
};

Schema<Call> schema() {
  Schema<Call> schema;
  schema.key(config_detail::in<Call>(&MinionsWanted::name), "name", "The function, such as cmd.run.");
  add_minions_wanted(schema);
  schema.parameter(&Call::arg, "arg", "List of arguments.")
      .parameter(&Call::kwarg, "kwarg", "Arguments by name.")
      .parameter(&Call::fail_function, "fail_function", "Not possible: functions of minions are not on the master.")
      .parameter(&Call::expect_minions, "expect_minions", "Without effect: a minion that gives no answer is always named.");
  return schema;
}

List arguments_of(const Call& args, std::vector<std::string>& warnings) {
  if (args.arg.is_null()) return {};
  if (const List* list = args.arg.if_list()) return *list;
  warnings.push_back("Please specify 'arg' as a list of arguments.");
  List words;
  for (auto& word : split_words(states::python_text(args.arg))) words.emplace_back(std::move(word));
  return words;
}

states::Outcome plan(const Call& args) {
  states::Outcome outcome{.result = states::Result::would_change,
                          .comment = fmt::format("Function {} would be executed on target {}", args.name, states::python_text(args.tgt))};
  arguments_of(args, outcome.warnings);
  return outcome;
}

states::Outcome run(const Call& args, const SaltStatesParts& parts) {
  if (!args.fail_function.empty())
    throw Error(ErrorKind::invalid, "fail_function: functions of minions are not on the master; judge the result in a later state");
  std::vector<std::string> warnings;
  List arguments = arguments_of(args, warnings);
  const auto may_fail = failures_allowed(args.fail_minions, warnings);
  const Answers answers = ask_minions(parts, args, args.name, std::move(arguments), args.kwarg);
  states::Outcome outcome{.result = states::Result::changed, .warnings = warnings, .jid = answers.jid};
  if (answers.minions.empty()) {
    outcome.result = states::Result::failed;
    outcome.comment = "No minions responded";
    return outcome;
  }
  std::vector<std::string> failed, all;
  Map values;
  for (const auto& [id, answer] : answers.minions) {
    const bool is_well = answer.result && answer.result->retcode == 0 && answer.result->success && answer.result->value != Value(false);
    if (!is_well && std::find(may_fail.begin(), may_fail.end(), id) == may_fail.end()) failed.push_back(id);
    all.push_back(id);
    values.set(id, answer.value());
  }
  outcome.changes = {{"ret", values}};
  if (!failed.empty()) outcome.result = states::Result::failed;
  outcome.comment = failed.empty() ? "Function ran successfully."
                                   : fmt::format("Running function {} failed on minions: {}", args.name, join(failed, ", "));
  outcome.comment += fmt::format(" Function {} ran on {}.", args.name, join(all, ", "));
  return outcome;
}

}  // namespace

states::Function salt_function(const SaltStatesParts& parts) {
  states::Action<Call> action{.name = "salt", .schema = schema(), .plan = {}, .run = {}, .takes_anything = true};
  action.plan = [](const Call& args, states::World&) { return plan(args); };
  action.run = [parts](const Call& args, states::World&) { return run(args, parts); };
  return action.function("function", "Runs one function on minions.", {{"name", "cmd.run"}, {"tgt", "web*"}, {"arg", List{"uptime"}}});
}

}  // namespace halite::master
