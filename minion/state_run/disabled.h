// State runs that an operator switched off on this host (state.disable): kept in the grain `state_runs_disabled`, as Salt
// keeps them, so that they stay off through a move to Halite.
#pragma once

#include <string>
#include <vector>

#include "minion/functions/function.h"

namespace halite::minion {

std::vector<std::string> disabled_runs(Call& call);
void set_disabled_runs(const std::vector<std::string>& names, Call& call);

// A line for each of these SLS names (or "highstate") that is switched off, by its name or by "NAME.*".
std::vector<std::string> disabled_among(const std::vector<std::string>& names, Call& call);

}  // namespace halite::minion
