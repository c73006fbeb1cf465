#include "minion/functions/network_programs.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::minion {

const std::string& checked_host(const std::string& name) {
  if (name.empty() || name[0] == '-' || name[0] == '@' || name[0] == '+' || name.find_first_of(" \t\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a host", escape_control(name));
  return name;
}

CommandResult run_network_program(Argv argv, std::chrono::seconds timeout, Call& call) {
  Command command;
  command.argv = std::move(argv);
  command.environment = {{"LC_ALL", "C"}};
  command.timeout = timeout;
  command.merge_stderr = true;
  command.is_cancelled = call.is_cancelled;
  return call.tools.host.execute(command);
}

}  // namespace halite::minion
