// Between remote functions and the state engine: what a state sees of this minion, and back.
#pragma once

#include <string>
#include <string_view>

#include "minion/functions/function.h"
#include "states/world.h"

namespace halite::minion {

// For single providers, such as the shell: no pillar, and of the grains `shell` alone.
states::World make_world(Call& call);

// Text where it is valid UTF-8, else bytes.
Value text_or_bytes(const std::string& data);

// The environment variables of this process.
Map process_environment();

// Calls a function by name, as salt['x.y'](...) and module.run do. Throws Error(not_found) in Salt's words for an
// unknown one. The call's retcode follows.
Value call_function(Call& call, const std::string& name, const List& positional, const Map& named);

}  // namespace halite::minion
