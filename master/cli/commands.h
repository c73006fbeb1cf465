// What the tools do once their command line is parsed; each gives the exit code. Settings name the control socket.
#pragma once

#include "common/config/master_settings.h"
#include "common/config/options.h"
#include "master/cli/screen.h"

namespace halite::cli {

int halite_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);
int key_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);
int run_command(const Screen& screen, const MasterSettings& settings, const ParsedOptions& options);

}  // namespace halite::cli
