#include "minion/functions/state_backed.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/world.h"
#include "states/registry.h"

namespace halite::minion {
namespace {

const states::Function& state_named(const std::string& state) {
  const auto parts = split(state, '.');
  const states::Function* function = states::registry().find(parts.at(0), parts.at(1));
  if (!function) throw Error(ErrorKind::internal, "there is no state {}", state);
  return *function;
}

states::Outcome run(Call& call, const std::string& state, const Map& args, bool is_dry = false) {
  states::World world = make_world(call);
  world.dry_run = is_dry;
  for (const char* grain : {"os", "os_family", "osarch", "oscodename"}) {
    Map grains = world.grains.as_map();
    grains.set(grain, call.tools.grains.get(grain));
    world.grains = grains;
  }
  states::Outcome outcome = state_named(state).run(args, world);
  if (outcome.result == states::Result::failed) throw Error(ErrorKind::unavailable, "{}", outcome.comment);
  return outcome;
}

std::string word_of(const states::Outcome& outcome, bool removes) {
  if (outcome.changes.empty()) return removes ? "absent" : "present";
  if (removes) return "removed";
  return outcome.comment.find(" added to ") != std::string::npos ? "new" : "updated";
}

// The state's fields under the function's names, those of `order` first.
std::vector<Field> fields_of(const StateBacked& row) {
  std::vector<Field> fields = state_named(row.state).arguments;
  std::erase_if(fields, [&](const Field& field) { return row.fixed.contains(field.name); });
  for (auto& field : fields)
    for (const auto& [own, theirs] : row.renames)
      if (field.name == theirs) {
        field.name = own;
        break;
      }
  std::stable_sort(fields.begin(), fields.end(), [&](const Field& a, const Field& b) {
    const auto rank = [&](const Field& field) {
      return std::find(row.order.begin(), row.order.end(), field.name) - row.order.begin();
    };
    return rank(a) < rank(b);
  });
  return fields;
}

}  // namespace

Map run_state(Call& call, const std::string& state, const Map& args) {
  return run(call, state, args).changes;
}

bool is_state(Call& call, const std::string& state, const Map& args) {
  return run(call, state, args, true).result != states::Result::would_change;
}

Function state_backed(StateBacked row) {
  Function function;
  function.name = row.name;
  function.doc = row.doc;
  function.fields = fields_of(row);
  function.takes_any = state_named(row.state).takes_anything;
  function.run = [row, fields = function.fields](const Arguments& arguments, Call& call) -> Value {
    Map args = row.fixed;
    for (const auto& [key, value] : bind_arguments(arguments, fields, row.name)) {
      std::string name = key.as_string();
      for (const auto& [own, theirs] : row.renames)
        if (name == own) {
          name = theirs;
          break;
        }
      args.set(name, value);
    }
    // A list of packages needs no name.
    if (!args.contains("name")) args.set("name", row.name);
    const states::Outcome outcome = run(call, row.state, args);
    if (row.gives == Gives::changes) return outcome.changes;
    if (row.gives == Gives::truth) return true;
    return word_of(outcome, row.state.find("absent") != std::string::npos);
  };
  return function;
}

}  // namespace halite::minion
