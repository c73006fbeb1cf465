// halite-call
#include <malloc.h>

#include "common/config/program.h"
#include "minion/cli/call_command.h"

int main(int argc, char** argv) {
  ::mallopt(M_ARENA_MAX, 1);
  return halite::run_program(halite::minion::call_command_line(), argc, argv, halite::minion::call_command,
                             halite::exit_code::client);
}
