// One state function called: guards, the function, a watched change, check_cmd, retries. Errors end here as failures.
#pragma once

#include "states/outcome.h"
#include "states/run/chunk.h"
#include "states/world.h"

namespace halite::states {

enum class Cause {
  turn,     // its place in the order
  watched,  // something it watches changed: if it changes nothing itself, it refreshes
  refresh,  // `listen`: only the refresh
};

Outcome call_state(const Chunk& chunk, Cause cause, World& world);

// call_state until its `retry` is content. The comment tells of each attempt.
Outcome call_with_retries(const Chunk& chunk, Cause cause, World& world);

}  // namespace halite::states
