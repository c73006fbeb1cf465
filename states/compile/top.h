// The top files of a state tree: which SLS files this minion gets from which environment.
#pragma once

#include <string>
#include <vector>

#include "states/compile/compile.h"

namespace halite::states {

// Environments in the order in which they count: "base" first, or as `env_order` says.
std::vector<std::string> environments_of(const CompileContext& context);

// All top files, rendered, with their includes, and merged by the chosen strategy:
// environment -> target -> list of SLS names and options. Throws Error when one does not render.
Map merged_top(const CompileContext& context);

// What is wrong with a merged top, in Salt's words.
std::vector<std::string> verify_top(const Map& top);

// environment -> list of SLS names (globs as they are written), for the targets that mean this minion, and then what
// the master's own matchers add.
Map top_matches(const Map& top, const CompileContext& context);

}  // namespace halite::states
