// halite-run
#include "common/config/program.h"
#include "master/cli/commands.h"
#include "master/cli/option_tables.h"
#include "master/cli/tool.h"

int main(int argc, char** argv) {
  using namespace halite;
  const auto body = [](const ParsedOptions& options) {
    return cli::run_command(cli::real_screen(), cli::tool_settings(options), options);
  };
  return run_program(cli::run_command_line(), argc, argv, body, exit_code::generic);
}
