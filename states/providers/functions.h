// Remote functions of this minion, as states call them.
#pragma once

#include <string>

#include "states/world.h"

namespace halite::states {

// Throws Error(unavailable) where none can be called, else what the function throws.
Value call_function(World& world, const std::string& name, const List& args = {}, const Map& kwargs = {});
// True, false, and what is empty or zero, as Python has it.
bool is_true(const Value& value);

}  // namespace halite::states
