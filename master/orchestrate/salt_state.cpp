// salt.state: states applied on minions.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "master/orchestrate/ask_minions.h"
#include "states/resource.h"

namespace halite::master {
namespace {

struct State : MinionsWanted {
  Value highstate, sls, top, saltenv, test, pillar, pillarenv, exclude;
  bool expect_minions = true;
  Value allow_fail = 0;
  Value concurrent = false;
  Value queue = false;
};

Schema<State> schema() {
  Schema<State> schema;
  schema.key(config_detail::in<State>(&MinionsWanted::name), "name", "A name for this step.");
  add_minions_wanted(schema);
  schema.parameter(&State::highstate, "highstate", "Apply what the top file gives each minion.")
      .parameter(&State::sls, "sls", "SLS names to apply.")
      .parameter(&State::top, "top", "Another top file to apply.")
      .parameter(&State::saltenv, "saltenv", "Environment of the states.")
      .parameter(&State::test, "test", "Dry run on the minions: true or false, whatever the orchestration is.")
      .parameter(&State::pillar, "pillar", "Merged over each minion's pillar for this run.")
      .parameter(&State::pillarenv, "pillarenv", "Environment of the pillar.")
      .parameter(&State::exclude, "exclude", "SLS names or ids to leave out.")
      .parameter(&State::expect_minions, "expect_minions", "Fail when no minion answers.")
      .parameter(&State::allow_fail, "allow_fail", "So many minions may fail.")
      .parameter(&State::concurrent, "concurrent", "Run beside another state run.")
      .parameter(&State::queue, "queue", "Wait for a state run that is under way.");
  return schema;
}

struct Order {
  std::string fun;
  List arguments;
};

bool is_true(const Value& value) { return !value.is_null() && value != Value(false) && value != Value("") && value != Value(List{}); }

std::optional<Order> order_of(const State& args) {
  if (is_true(args.highstate)) return Order{"state.highstate", {}};
  if (is_true(args.top)) return Order{"state.top", {args.top}};
  if (is_true(args.sls)) return Order{"state.sls", {join(Convert<states::TextList>::decode(args.sls).items, ",")}};
  return std::nullopt;
}

Map named_of(const State& args, const Value& test) {
  Map named;
  const auto pass = [&](const char* name, const Value& value) {
    if (!value.is_null()) named.set(name, value);
  };
  pass("test", test);
  if (is_true(args.pillar)) named.set("pillar", args.pillar);
  pass("pillarenv", args.pillarenv);
  pass("saltenv", args.saltenv);
  pass("exclude", args.exclude);
  named.set("queue", args.queue);
  named.set("concurrent", args.concurrent);
  return named;
}

bool has_changes(const Value& states) {
  const Map* map = states.if_map();
  return map && std::any_of(map->begin(), map->end(), [](const auto& entry) {
           const Value* changes = entry.value.is_map() ? entry.value.find("changes") : nullptr;
           return changes && is_true(*changes) && *changes != Value(Map{});
         });
}

struct Judgement {
  std::vector<std::string> failed, unchanged, shown;
  Map changes;
};

Judgement judge(const Answers& answers, const std::vector<std::string>& may_fail) {
  Judgement judgement;
  for (const auto& [id, answer] : answers.minions) {
    const Value value = answer.value();
    const bool is_well = answer.result && all_succeeded(value);
    if (!is_well && std::find(may_fail.begin(), may_fail.end(), id) == may_fail.end()) judgement.failed.push_back(id);
    if (is_well && !has_changes(value)) {
      judgement.unchanged.push_back(id);
      continue;
    }
    judgement.shown.push_back(id);
    judgement.changes.set(id, value);
  }
  return judgement;
}

states::Outcome outcome_of(const Judgement& judgement, std::int64_t allowed, bool is_dry) {
  states::Outcome outcome;
  if (!judgement.changes.empty()) outcome.changes = {{"out", "highstate"}, {"ret", judgement.changes}};
  if (static_cast<std::int64_t>(judgement.failed.size()) > allowed) {
    outcome.result = states::Result::failed;
    outcome.comment = "Run failed on minions: " + join(judgement.failed, ", ");
    return outcome;
  }
  outcome.comment = "States ran successfully.";
  if (!judgement.shown.empty()) outcome.comment += fmt::format(" Updating {}.", join(judgement.shown, ", "));
  if (!judgement.unchanged.empty()) outcome.comment += fmt::format(" No changes made to {}.", join(judgement.unchanged, ", "));
  if (!outcome.changes.empty()) outcome.result = is_dry ? states::Result::would_change : states::Result::changed;
  return outcome;
}

// In a dry run the minions are asked what they would do.
states::Outcome run(const State& args, const SaltStatesParts& parts, bool is_dry) {
  std::int64_t allowed = 0;
  try {
    allowed = Convert<states::Number>::decode(args.allow_fail).value;
  } catch (const Error&) {
    return states::failed("Passed invalid value for 'allow_fail', must be an int");
  }
  const auto order = order_of(args);
  if (!order) return states::failed("No highstate or sls specified, no execution made");
  if (!args.concurrent.is_bool()) return states::failed("Must pass in boolean for value of 'concurrent'");
  std::vector<std::string> warnings;
  const auto may_fail = failures_allowed(args.fail_minions, warnings);
  const Value test = !args.test.is_null() ? args.test : is_dry ? Value(true) : Value();
  const Answers answers = ask_minions(parts, args, order->fun, order->arguments, named_of(args, test));
  if (answers.minions.empty() && args.expect_minions) return states::failed("No minions returned");
  states::Outcome outcome = outcome_of(judge(answers, may_fail), allowed, is_true(args.test) || is_dry);
  outcome.warnings = std::move(warnings);
  outcome.jid = answers.jid;
  return outcome;
}

}  // namespace

states::Function salt_state(const SaltStatesParts& parts) {
  states::Action<State> action{.name = "salt", .schema = schema(), .plan = {}, .run = {}};
  action.plan = [parts](const State& args, states::World&) { return run(args, parts, true); };
  action.run = [parts](const State& args, states::World&) { return run(args, parts, false); };
  return action.function("state", "Applies states on minions.", {{"name", "webservers"}, {"tgt", "web*"}, {"sls", List{"apache", "site"}}});
}

}  // namespace halite::master
