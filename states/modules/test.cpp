// States that only pretend, to try requisites and outputs; and test.check_pillar, which guards a tree.
#include "states/arguments.h"
#include "states/lookup.h"
#include "states/modules.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Pretence {
  std::string name;
  std::string comment;
};

Schema<Pretence> pretence_schema() {
  return Schema<Pretence>()
      .key(&Pretence::name, "name", "A unique text.")
      .parameter(&Pretence::comment, "comment", "Comment of the result, instead of its usual one.");
}

Map pretended_change() {
  return {{"testing", Map{{"old", "Unchanged"}, {"new", "Something pretended to change"}}}};
}

Outcome refresh(World& world) {
  return {.result = world.dry_run ? Result::would_change : Result::changed,
          .comment = "Watch statement fired.",
          .changes = {{"Requisites with changes", world.changed}}};
}

std::string or_else(const std::string& text, const char* standard) {
  return text.empty() ? standard : text;
}

Function pretend(const char* name, const char* doc, bool succeeds, bool changes) {
  Action<Pretence> action{.name = "test", .schema = pretence_schema(), .plan = {}, .run = {}};
  action.run = [succeeds, changes](const Pretence& args, World&) -> Outcome {
    return {.result = !succeeds ? Result::failed
                      : changes ? Result::changed
                                : Result::unchanged,
            .comment = or_else(args.comment, succeeds ? "Success!" : "Failure!"),
            .changes = changes ? pretended_change() : Map()};
  };
  action.plan = [succeeds, changes, run = action.run](const Pretence& args, World& world) -> Outcome {
    if (succeeds && !changes) return run(args, world);
    if (!changes) return failed("If we weren't testing, this would be a failure!");
    return {.result = Result::would_change,
            .comment =
                fmt::format("If we weren't testing, this would be {} with changes", succeeds ? "successful" : "failed"),
            .changes = pretended_change()};
  };
  action.takes_anything = true;
  action.refresh = [](const Pretence&, World& world) { return refresh(world); };
  return action.function(name, doc, {{"name", "always"}});
}

struct Configurable {
  std::string name;
  Value changes = true;
  Value result = true;
  std::string comment;
  TextList warnings;
};

// true, false, or "Random": then by a coin that the clock tosses.
bool decide(const Value& value, const char* what, World& world) {
  if (const bool* held = value.if_bool()) return *held;
  if (value.is_string() && to_lower(value.as_string()) == "random")
    return world.host.steady_now().time_since_epoch().count() % 2;
  throw Error(
      ErrorKind::invalid,
      "You have specified the state option '{}' with invalid arguments. It must be either True, False, or 'Random'",
      what);
}

Function configurable() {
  Action<Configurable> action{
      .name = "test",
      .schema = Schema<Configurable>()
                    .key(&Configurable::name, "name", "A unique text.")
                    .parameter(&Configurable::changes, "changes", "Whether it reports changes: true, false, or Random.")
                    .parameter(&Configurable::result, "result", "Whether it succeeds: true, false, or Random.")
                    .parameter(&Configurable::comment, "comment", "Comment of the result.")
                    .parameter(&Configurable::warnings, "warnings", "Warnings of the result."),
      .plan = {},
      .run = {}};
  action.run = [](const Configurable& args, World& world) -> Outcome {
    const bool changes = decide(args.changes, "changes", world);
    const bool succeeds = decide(args.result, "result", world);
    return {.result = !succeeds ? Result::failed
                      : changes ? Result::changed
                                : Result::unchanged,
            .comment = args.comment,
            .changes = changes ? pretended_change() : Map(),
            .skip_watch = false,
            .warnings = args.warnings.items};
  };
  action.plan = [](const Configurable& args, World& world) -> Outcome {
    const bool changes = decide(args.changes, "changes", world);
    return {.result = changes ? Result::would_change : Result::unchanged,
            .comment = or_else(args.comment, "This is a test"),
            .changes = changes ? pretended_change() : Map()};
  };
  action.refresh = [](const Configurable&, World& world) { return refresh(world); };
  return action.function("configurable_test_state", "Succeeds or fails, with or without changes, as it is told.",
                         {{"name", "always"}, {"changes", false}});
}

struct Notification {
  std::string name;
  std::string text;
};

Function show_notification() {
  Action<Notification> action{.name = "test",
                              .schema = Schema<Notification>()
                                            .key(&Notification::name, "name", "A unique text.")
                                            .key(&Notification::text, "text", "The text to show."),
                              .plan = {},
                              .run = [](const Notification& args, World&) { return unchanged(args.text); }};
  action.plan = action.run;
  return action.function("show_notification", "Shows a text in the output.",
                         {{"name", "note"}, {"text", "Remember to reboot."}});
}

struct PillarCheck {
  std::string name;
  TextList present, boolean, integer, string, listing, dictionary;
  bool verbose = false;
};

void check_keys(const TextList& keys, const char* type, bool (Value::*is_type)() const, const PillarCheck& args,
                World& world, Outcome& outcome, std::string& fine) {
  for (const auto& key : keys.items) {
    const auto value = look_up(world.pillar, key);
    if (value && !value->is_null() && (!is_type || (*value.*is_type)())) {
      if (args.verbose) fine += fmt::format("- {} ({})\n", key, type);
      continue;
    }
    outcome.result = Result::failed;
    outcome.comment += fmt::format("Pillar key \"{}\" {}.\n", key,
                                   !value || value->is_null() ? "is missing" : std::string("is not ") + type);
  }
}

Outcome check_pillar(const PillarCheck& args, World& world) {
  Outcome outcome;
  std::string fine;
  check_keys(args.present, "present", nullptr, args, world, outcome, fine);
  check_keys(args.boolean, "a boolean", &Value::is_bool, args, world, outcome, fine);
  check_keys(args.integer, "an integer", &Value::is_int, args, world, outcome, fine);
  check_keys(args.string, "a string", &Value::is_string, args, world, outcome, fine);
  check_keys(args.listing, "a list", &Value::is_list, args, world, outcome, fine);
  check_keys(args.dictionary, "a dictionary", &Value::is_map, args, world, outcome, fine);
  if (!fine.empty()) outcome.comment += "Those keys passed the check:\n" + fine;
  return outcome;
}

Function check_pillar_function() {
  Action<PillarCheck> action{
      .name = "test",
      .schema = Schema<PillarCheck>()
                    .key(&PillarCheck::name, "name", "A unique text.")
                    .parameter(&PillarCheck::present, "present", "Pillar keys that must be there.")
                    .parameter(&PillarCheck::boolean, "boolean", "Pillar keys that must be booleans.")
                    .parameter(&PillarCheck::integer, "integer", "Pillar keys that must be integers.")
                    .parameter(&PillarCheck::string, "string", "Pillar keys that must be text.")
                    .parameter(&PillarCheck::listing, "listing", "Pillar keys that must be lists.")
                    .parameter(&PillarCheck::dictionary, "dictionary", "Pillar keys that must be maps.")
                    .parameter(&PillarCheck::verbose, "verbose", "Also name the keys that passed."),
      .plan = check_pillar,
      .run = check_pillar};
  return action.function("check_pillar", "Fails when pillar keys are missing or of another type.",
                         {{"name", "pillar is complete"}, {"present", List{"users"}}});
}

}  // namespace

Module test() {
  return {"test",
          "States that only pretend, to try requisites and output.",
          {pretend("nop", "Succeeds without changes, whatever it is given.", true, false),
           pretend("succeed_without_changes", "Succeeds without changes.", true, false),
           pretend("succeed_with_changes", "Succeeds and reports a pretended change.", true, true),
           pretend("fail_without_changes", "Fails without changes.", false, false),
           pretend("fail_with_changes", "Fails and reports a pretended change.", false, true), configurable(),
           show_notification(), check_pillar_function()}};
}

}  // namespace halite::states
