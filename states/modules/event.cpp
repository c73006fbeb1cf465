// event.send and event.wait: events on the master's bus.
#include "common/base/error.h"
#include "states/modules.h"
#include "states/providers/functions.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Event {
  std::string name;
  Value data, preload;
  Value with_env = false, with_grains = false, with_pillar = false;
  bool show_changed = true;
};

Schema<Event> schema() {
  return Schema<Event>()
      .key(&Event::name, "name", "Tag of the event, such as myco/web/deployed.")
      .parameter(&Event::data, "data", "What the event carries.")
      .parameter(&Event::preload, "preload", "Further fields of the message to the master.")
      .parameter(&Event::with_env, "with_env", "Add the minion's environment: true, or a list of names.")
      .parameter(&Event::with_grains, "with_grains", "Add grains: true, or a list of names.")
      .parameter(&Event::with_pillar, "with_pillar", "Add pillar: true, or a list of keys.")
      .parameter(&Event::show_changed, "show_changed", "Show the event among the changes.");
}

Map changes(const Event& args) {
  if (!args.show_changed) return {};
  return {{"tag", args.name}, {"data", args.data}};
}

Outcome plan(const Event& args, World&) {
  return {.result = Result::would_change, .comment = "Event would have been fired", .changes = changes(args)};
}

Outcome send(const Event& args, World& world) {
  Map kwargs{{"with_env", args.with_env}, {"with_grains", args.with_grains}, {"with_pillar", args.with_pillar}};
  if (!args.data.is_null()) kwargs.set("data", args.data);
  if (!args.preload.is_null()) kwargs.set("preload", args.preload);
  if (call_function(world, "event.send", {args.name}, kwargs) != Value(true))
    return failed("The event could not be fired: there is no master to send it to");
  return {.result = Result::changed, .comment = "Event fired", .changes = changes(args)};
}

Outcome wait(const Event&, World&) { return unchanged(""); }

Outcome refresh(const Event& args, World& world) { return world.dry_run ? plan(args, world) : send(args, world); }

Action<Event> action(std::function<Outcome(const Event&, World&)> plan_it, std::function<Outcome(const Event&, World&)> run_it) {
  return {.name = "event", .schema = schema(), .plan = std::move(plan_it), .run = std::move(run_it), .refresh = refresh};
}

}  // namespace

Module event() {
  const Map example{{"name", "example/web/deployed"}, {"data", Map{{"version", "1.2"}}}};
  return {"event",
          "Events on the master's bus.",
          {action(plan, send).function("send", "Sends an event to the master.", example),
           action(wait, wait).function("wait", "Sends an event only when something it watches changed.", example),
           action(plan, send).function("fire_master", "Another name of event.send.", example)}};
}

}  // namespace halite::states
