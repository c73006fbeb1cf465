// `aggregate`: what later states of the same function ask for is done together with the first one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "states/run/chunk.h"

namespace halite::states {

// Whether this state takes in others: by its own `aggregate` (true, or a list of modules), else by those of state_aggregate.
bool does_aggregate(const Chunk& chunk, const std::vector<std::string>& modules);

// Joins to chunk `i` those that may be done now: not yet begun, without conditions of their own (guards, onchanges, onfail,
// prereq), not declaring `aggregate: False`, and requiring nothing but what is met or joined as well. `is_met` and
// `has_begun` tell of a chunk. Gives those that were joined; they still run in their turn, and find their work done.
std::vector<std::size_t> join_chunks(std::vector<Chunk>& chunks, std::size_t i, const std::function<bool(std::size_t)>& is_met,
                                     const std::function<bool(std::size_t)>& has_begun);

}  // namespace halite::states
