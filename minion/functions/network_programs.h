// What the functions of network.* that ask a program share.
#pragma once

#include <chrono>
#include <string>

#include "minion/functions/groups.h"

namespace halite::minion {

// A name that a program gets as a word. Throws Error(invalid) for what the program could take for an option.
const std::string& checked_host(const std::string& name);
// Both outputs in one, in English. The call can be cancelled.
CommandResult run_network_program(Argv argv, std::chrono::seconds timeout, Call& call);

}  // namespace halite::minion
