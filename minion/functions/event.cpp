// event.*: events for the master's bus.
#include <functional>

#include "common/base/error.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"

namespace halite::minion {
namespace {

// true: all of it; a list: these keys.
void add_part(Map& data, const char* key, const Value* asked, const std::function<Map()>& whole) {
  if (!asked || asked->is_null() || *asked == Value(false)) return;
  const Map all = whole();
  Map part;
  if (const List* names = asked->if_list()) {
    for (const Value& name : *names)
      if (const Value* value = all.find(name)) part.set(name, *value);
  } else {
    part = all;
  }
  data.set(key, part);
}

bool is_argument(const Value& key) {
  for (const char* name : {"data", "preload", "with_env", "with_grains", "with_pillar", "with_env_opts"})
    if (key == Value(name)) return true;
  return false;
}

// The event carries what was asked to be added, the named values, and the data, the later over the earlier.
Value send(const Arguments& arguments, Call& call) {
  if (arguments.positional.empty()) throw Error(ErrorKind::invalid, "Passed invalid arguments to event.send: 'tag' is missing: Tag of the event.");
  const std::string& tag = arguments.positional[0].as_string("the event's tag");
  Map data;
  add_part(data, "environ", arguments.named.find("with_env"), process_environment);
  add_part(data, "grains", arguments.named.find("with_grains"), [&] { return call.tools.grains.all(); });
  add_part(data, "pillar", arguments.named.find("with_pillar"), [&] { return call.tools.pillar.current(); });
  for (const auto& [key, value] : arguments.named)
    if (!is_argument(key)) data.set(key, value);
  const auto add = [&](const Map& more) {
    for (const auto& [key, value] : more) data.set(key, value);
  };
  if (arguments.positional.size() > 1) add(arguments.positional[1].as_map("the event's data"));
  if (const Value* given = arguments.named.find("data"); given && given->is_map()) add(given->as_map());
  if (!call.tools.master) return false;
  Map load{{"id", call.tools.grains.settings().id}, {"tag", tag}, {"data", data}};
  if (const Value* preload = arguments.named.find("preload"); preload && preload->is_map())
    for (const auto& [key, value] : preload->as_map()) load.set(key, value);
  call.tools.master->request("_minion_event", load);
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
