// The option tables of the three tools.
#pragma once

#include "common/config/options.h"

namespace halite::cli {

CommandLine halite_command_line();
CommandLine key_command_line();
CommandLine run_command_line();

}  // namespace halite::cli
