// halite-call: one function on this machine, with or without a master.
#pragma once

#include "common/config/options.h"

namespace halite::minion {

CommandLine call_command_line();
// Runs it and prints the result. Gives the exit code.
int call_command(const ParsedOptions& options);

}  // namespace halite::minion
