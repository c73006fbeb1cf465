// event.*: events for the master's bus.
#include "common/base/error.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

Value send(const Arguments& arguments, Call& call) {
  if (arguments.positional.empty()) throw Error(ErrorKind::invalid, "Passed invalid arguments to event.send: 'tag' is missing: Tag of the event.");
  const std::string& tag = arguments.positional[0].as_string("the event's tag");
  Map data;
  if (arguments.positional.size() > 1) data = arguments.positional[1].as_map("the event's data");
  if (const Value* given = arguments.named.find("data"); given && given->is_map()) data = given->as_map();
  for (const auto& [key, value] : arguments.named)
    if (key != Value("data")) data.set(key, value);
  if (!call.tools.master) return false;
  call.tools.master->request("_minion_event", {{"id", call.tools.grains.settings().id}, {"tag", tag}, {"data", data}});
  return true;
}

}  // namespace

std::vector<Function> event_functions() {
  return {free_function("event.send", "Sends an event to the master: a tag, a map of data, and named values added to it. "
                                      "False without a master.", send),
          free_function("event.fire_master", "Sends an event to the master: data first, then the tag.",
                        [](const Arguments& arguments, Call& call) -> Value {
                          if (arguments.positional.size() != 2)
                            throw Error(ErrorKind::invalid, "Passed invalid arguments to event.fire_master: it takes data and tag");
                          return send({{arguments.positional[1], arguments.positional[0]}, arguments.named}, call);
                        })};
}

}  // namespace halite::minion
