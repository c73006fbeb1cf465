// salt.wait_for_event: goes on when every id of a list was seen in events.
#include <algorithm>

#include "common/base/error.h"
#include "master/orchestrate/salt_states.h"
#include "states/arguments.h"
#include "states/resource.h"

namespace halite::master {
namespace {

struct Wait {
  std::string name;
  List id_list;
  std::string event_id = "id";
  states::Number timeout{300};
  std::string node = "master";
};

Schema<Wait> schema() {
  return Schema<Wait>()
      .key(&Wait::name, "name", "Tag of the events, a glob.")
      .parameter(&Wait::id_list, "id_list", "What has to be seen, each once.")
      .parameter(&Wait::event_id, "event_id", "Where in an event's data it stands.")
      .parameter(&Wait::timeout, "timeout", "Seconds to wait.")
      .parameter(&Wait::node, "node", "Without effect: it is the master's bus.");
}

// In the data, or in the data of a minion's own event.
const Value* found_in(const Map& data, const std::string& key) {
  if (const Value* here = data.find(key); here && !here->is_null()) return here;
  const Value* inner = data.find("data");
  const Value* there = inner && inner->is_map() ? inner->find(key) : nullptr;
  return there && !there->is_null() ? there : nullptr;
}

states::Outcome run(const Wait& args, MasterLine& line) {
  List missing = args.id_list, seen;
  const auto note = [&](const Value& id) {
    const auto place = std::find(missing.begin(), missing.end(), id);
    if (place == missing.end()) return;
    missing.erase(place);
    seen.push_back(id);
  };
  const auto on_event = [&](const std::string&, const Map& data) {
    if (const Value* found = found_in(data, args.event_id)) {
      if (const List* several = found->if_list())
        for (const auto& id : *several) note(id);
      else note(*found);
    }
    return missing.empty();
  };
  const auto start = std::chrono::steady_clock::now();
  const bool is_complete = missing.empty() || line.listen(args.name, std::chrono::seconds(args.timeout.value), on_event);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  states::Outcome outcome;
  if (!seen.empty()) outcome.changes = {{"minions_seen", seen}};
  outcome.result = !is_complete ? states::Result::failed : seen.empty() ? states::Result::unchanged : states::Result::changed;
  outcome.comment = is_complete ? fmt::format("All events seen in {} seconds.", took.count()) : "Timeout value reached.";
  return outcome;
}

}  // namespace

states::Function salt_wait_for_event(const SaltStatesParts& parts) {
  states::Action<Wait> action{.name = "salt", .schema = schema(), .plan = {}, .run = {}};
  action.plan = [](const Wait& args, states::World&) {
    return states::Outcome{.result = states::Result::would_change, .comment = fmt::format("Orchestration would wait for event '{}'", args.name)};
  };
  action.run = [parts](const Wait& args, states::World&) { return run(args, parts.line); };
  return action.function("wait_for_event", "Waits until every id of a list was seen in events.",
                         {{"name", "salt/minion/*/start"}, {"id_list", List{"web1", "web2"}}});
}

}  // namespace halite::master
