// Runs one child process to its end: no shell, its own process group, deadline, bounded output.
#pragma once

#include "common/host/host.h"

namespace halite {

// See Host::execute.
CommandResult run_process(const Command& command);
// The full path of a program on our PATH (or the standard one), executable for us.
std::optional<std::string> find_on_path(const std::string& name);

}  // namespace halite
