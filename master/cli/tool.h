// What the three tools have in common: settings, the way to the master, and Ctrl-C.
#pragma once

#include <string>

#include "common/config/master_settings.h"
#include "common/config/options.h"

namespace halite::cli {

// The master's settings as the tool needs them. A file that this user may not read counts as absent, so that a user with
// access to the socket alone can work. Throws Error(invalid) with every problem of the files.
MasterSettings tool_settings(const ParsedOptions& options);

std::string control_socket(const MasterSettings& settings);

// From here on Ctrl-C sets a mark instead of ending the program.
void catch_interrupts();
bool was_interrupted();

}  // namespace halite::cli
