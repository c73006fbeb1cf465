// unless, onlyif, creates and check_cmd: commands and paths that decide whether a state runs, and whether it held.
#pragma once

#include <optional>

#include "states/outcome.h"
#include "states/run/chunk.h"
#include "states/world.h"

namespace halite::states {

// The outcome of a state that need not run; nothing when it is to run.
std::optional<Outcome> check_guards(const Chunk& chunk, World& world);

// check_cmd: the outcome of the state decided by commands after it.
void apply_check_command(const Chunk& chunk, World& world, Outcome& outcome);

}  // namespace halite::states
