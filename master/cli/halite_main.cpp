// halite
#include "common/config/program.h"
#include "master/cli/commands.h"
#include "master/cli/option_tables.h"
#include "master/cli/tool.h"

int main(int argc, char** argv) {
  using namespace halite;
  const auto body = [](const ParsedOptions& options) {
    return cli::halite_command(cli::real_screen(), cli::tool_settings(options), options);
  };
  return run_program(cli::halite_command_line(), argc, argv, body, exit_code::client);
}
