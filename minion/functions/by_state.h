// Functions that bring something about as a state does: the state function of the same module does the work, so that the
// two can't differ.
#pragma once

#include <string>

#include "minion/functions/function.h"

namespace halite::minion {

// Runs "postgres_user.present" with these arguments (nulls are not given). Throws Error(unavailable) with the state's
// comment when it fails.
void bring_about(const std::string& state_function, const Map& args, Call& call);

}  // namespace halite::minion
