// What the program halite-master does, from its command line to its end.
#pragma once

#include "common/config/options.h"

namespace halite::master {

const CommandLine& master_command_line();
// Gives the exit code.
int run_master(int argc, char** argv);

}  // namespace halite::master
