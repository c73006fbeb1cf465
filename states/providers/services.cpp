#include "states/providers/services.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

// A name that systemctl would take for an option is none.
const std::string& checked(const std::string& name) {
  if (name.empty() || name[0] == '-' || name.find_first_of(" \t\n/") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a service", escape_control(name));
  return name;
}

}  // namespace

ServiceStatus service_status(const std::string& name, Host& host) {
  ServiceStatus status;
  if (!host.find_program("systemctl"))
    throw Error(ErrorKind::unavailable, "there is no systemctl on this machine to manage services with");
  const std::string output =
      host.run({"systemctl", "show", "-p", "LoadState,ActiveState,UnitFileState", checked(name)});
  for (const auto& line : split_lines(output)) {
    if (line == "LoadState=loaded") status.is_known = true;
    if (line == "LoadState=masked") status.is_known = status.is_masked = true;
    if (line == "ActiveState=active" || line == "ActiveState=reloading" || line == "ActiveState=activating")
      status.is_running = true;
    if (!line.starts_with("UnitFileState=")) continue;
    const std::string state = line.substr(std::string("UnitFileState=").size());
    status.is_enabled = state != "disabled" && !state.starts_with("masked") && !state.empty();
    status.can_be_enabled = state == "enabled" || state == "disabled" || state == "enabled-runtime" || state.empty();
  }
  return status;
}

void tell_service(const std::string& verb, const std::string& name, Host& host, const Argv& options) {
  Command command;
  command.argv = {"systemctl"};
  command.argv.insert(command.argv.end(), options.begin(), options.end());
  command.argv.insert(command.argv.end(), {verb, checked(name)});
  command.timeout = std::chrono::minutes(5);
  const CommandResult result = host.execute(command);
  if (result.timed_out) throw Error(ErrorKind::timeout, "systemctl {} {} took longer than five minutes", verb, name);
  if (result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "systemctl {} {} ended with code {}: {}", verb, name, result.exit_code,
                trim(result.error));
}

}  // namespace halite::states
