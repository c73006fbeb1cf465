#include "states/providers/functions.h"

#include "common/base/error.h"

namespace halite::states {

Value call_function(World& world, const std::string& name, const List& args, const Map& kwargs) {
  if (!world.call) throw Error(ErrorKind::unavailable, "the function '{}' can't be called here", name);
  return world.call(name, args, kwargs);
}

bool is_true(const Value& value) {
  if (const auto* held = value.if_bool()) return *held;
  if (const auto* held = value.if_int()) return *held != 0;
  if (const auto* held = value.if_real()) return *held != 0;
  if (const auto* held = value.if_string()) return !held->empty();
  if (const auto* held = value.if_list()) return !held->empty();
  if (const auto* held = value.if_map()) return !held->empty();
  return !value.is_null();
}

}  // namespace halite::states
