// `listen` and `listen_in`: who is refreshed at the end of a run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "states/run/chunk.h"

namespace halite::states {

struct Listening {
  std::vector<std::size_t> heard;  // chunks to refresh, each once, in the order in which they are found
  std::vector<Requisite> lost;     // that name no state, each once
};

// `has_changed` tells of a chunk that has run. As in Salt a `listen` that names no state is always an error, a `listen_in`
// only when there is something to tell.
Listening find_listeners(const std::vector<Chunk>& chunks, const std::function<bool(std::size_t)>& has_changed);

}  // namespace halite::states
