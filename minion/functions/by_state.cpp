#include "minion/functions/by_state.h"

#include "common/base/error.h"
#include "minion/functions/world.h"
#include "states/registry.h"

namespace halite::minion {

void bring_about(const std::string& state_function, const Map& args, Call& call) {
  const std::size_t dot = state_function.find('.');
  const states::Function* function = states::registry().find(state_function.substr(0, dot), state_function.substr(dot + 1));
  if (!function) throw Error(ErrorKind::internal, "there is no state function {}", state_function);
  states::World world = make_world(call);
  Map given;
  for (const auto& [key, value] : args)
    if (!value.is_null()) given.set(key, value);
  const states::Outcome outcome = function->run(given, world);
  if (outcome.result == states::Result::failed) throw Error(ErrorKind::unavailable, "{}", outcome.comment);
}

}  // namespace halite::minion
