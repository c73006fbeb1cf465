#include "states/providers/services.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

constexpr std::array<std::string_view, 10> unit_types{".service", ".socket", ".device", ".mount", ".automount",
                                                      ".swap",    ".target", ".path",   ".timer", ".slice"};

// A name that a tool would take for an option or a path is none.
const std::string& checked(const std::string& name) {
  if (name.empty() || name[0] == '-' || name.find_first_of(" \t\n/") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a service", escape_control(name));
  return name;
}

bool is_script(const std::string& name, Host& host) {
  const auto status = host.status_of_target("/etc/init.d/" + checked(name));
  return status && status->type == FileType::regular && (status->mode & 0111) != 0;
}

// S??NAME in one of the directories that a boot to a usual runlevel reads.
bool is_script_enabled(const std::string& name, Host& host) {
  for (const char level : {'2', '3', '4', '5'}) {
    const std::string directory = fmt::format("/etc/rc{}.d", level);
    if (!host.status(directory)) continue;
    for (const auto& entry : host.list_directory(directory)) {
      std::string_view rest = entry;
      if (!rest.starts_with('S')) continue;
      rest.remove_prefix(1);
      for (int digits = 0; digits < 2 && !rest.empty() && std::isdigit(static_cast<unsigned char>(rest[0])); ++digits)
        rest.remove_prefix(1);
      if (rest == name) return true;
    }
  }
  return false;
}

bool exists_link_named(const std::string& name, const std::string& directory, Host& host) {
  const auto status = host.status(directory);
  if (!status || status->type != FileType::directory) return false;
  for (const auto& entry : host.list_directory(directory)) {
    const auto inner = host.status(directory + "/" + entry);
    if (!inner) continue;
    if (inner->type == FileType::symlink && entry == name) return true;
    if (inner->type == FileType::directory && exists_link_named(name, directory + "/" + entry, host)) return true;
  }
  return false;
}

UnitStatus parse_show(const std::string& output) {
  UnitStatus status;
  const auto value = [](const std::string& line, std::string_view key) {
    return line.starts_with(key) ? std::optional(line.substr(key.size())) : std::nullopt;
  };
  for (const auto& line : split_lines(output)) {
    if (auto text = value(line, "LoadState=")) status.load_state = *text;
    if (auto text = value(line, "ActiveState=")) status.active_state = *text;
    if (auto text = value(line, "UnitFileState=")) status.unit_file_state = *text;
    if (auto text = value(line, "NeedDaemonReload=")) status.needs_reload = *text == "yes";
  }
  return status;
}

// Whether it starts at boot, as systemctl's is-enabled judges the state of a unit file.
bool counts_as_enabled(const std::string& state) {
  return state == "enabled" || state == "enabled-runtime" || state == "static" || state == "alias" ||
         state == "indirect" || state == "generated" || state == "transient";
}

ServiceStatus judged(const UnitStatus& unit, const std::string& name, Host& host) {
  ServiceStatus status;
  status.is_known = unit.load_state == "loaded" || unit.load_state == "masked" || unit.load_state == "merged";
  status.is_running = unit.active_state == "active" || unit.active_state == "reloading";
  status.needs_reload = unit.needs_reload;
  const std::string& state = unit.unit_file_state;
  // The unit of a System V script is generated; the links of the script decide.
  if (state == "generated" && is_script(name, host)) {
    status.is_enabled = is_script_enabled(name, host);
    return status;
  }
  status.is_enabled = counts_as_enabled(state);
  if (!status.is_enabled && name.find('@') != std::string::npos)
    status.is_enabled = exists_link_named(unit_name(name), "/etc/systemd/system", host);
  status.can_be_enabled = !status.is_enabled || state == "enabled" || state == "enabled-runtime";
  return status;
}

ServiceStatus offline_status(const std::string& name, Host& host) {
  Command command;
  command.argv = {"systemctl", "is-enabled", unit_name(name)};
  const std::string state(trim(host.execute(command).output));
  UnitStatus unit;
  unit.load_state = state.empty() || state == "not-found" ? "not-found" : "loaded";
  unit.unit_file_state = state;
  return judged(unit, name, host);
}

ServiceStatus script_status(const std::string& name, Host& host) {
  ServiceStatus status;
  status.is_known = is_script(name, host);
  if (!status.is_known) return status;
  Command command;
  command.argv = {"service", name, "status"};
  status.is_running = host.execute(command).exit_code == 0;
  status.is_enabled = is_script_enabled(name, host);
  return status;
}

Argv script_command(const std::string& verb, const std::string& name) {
  if (verb == "enable") return {"update-rc.d", name, "defaults"};
  if (verb == "disable") return {"update-rc.d", name, "disable"};
  if (verb == "mask" || verb == "unmask")
    throw Error(ErrorKind::unavailable, "Service masking not available on this minion");
  return {"service", name, verb};
}

// "nginx.service loaded active running ..." and "nginx.service enabled": the first word of each line that `is_wanted`.
template <class Wanted>
std::vector<std::string> listed(const Argv& argv, Host& host, Wanted is_wanted) {
  std::vector<std::string> names;
  for (const auto& line : split_lines(host.run(argv))) {
    auto words = split_words(line);
    if (!words.empty() && words[0].size() < 4) words.erase(words.begin());  // the mark of a failed unit
    if (words.size() < 2 || !is_wanted(words)) continue;
    std::string name = words[0];
    if (name.ends_with(".slice") || name.find('.') == std::string::npos) continue;
    if (name.ends_with(".service")) name.resize(name.size() - std::string_view(".service").size());
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::vector<std::string> scripts(Host& host, bool only_running) {
  std::vector<std::string> names;
  for (const auto& name : host.list_directory("/etc/init.d"))
    if (is_script(name, host) && (!only_running || script_status(name, host).is_running)) names.push_back(name);
  return names;
}

}  // namespace

std::string unit_name(const std::string& name) {
  checked(name);
  for (const auto& type : unit_types)
    if (name.ends_with(type)) return name;
  return name + ".service";
}

ServiceManager service_manager(Host& host) {
  if (host.status("/run/systemd/system")) return ServiceManager::systemd;
  if (host.find_program("systemctl")) return ServiceManager::offline;
  if (host.find_program("service") && host.status("/etc/init.d")) return ServiceManager::sysv;
  throw Error(ErrorKind::unavailable,
              "services can't be managed here: there is neither systemd nor the program 'service' with /etc/init.d");
}

ServiceStatus service_status(const std::string& name, Host& host) {
  const std::string unit = unit_name(name);
  switch (service_manager(host)) {
    case ServiceManager::offline: return offline_status(name, host);
    case ServiceManager::sysv: return script_status(name, host);
    case ServiceManager::systemd: break;
  }
  if (const auto status = host.unit_status(unit)) return judged(*status, name, host);
  return judged(
      parse_show(host.run({"systemctl", "show", "-p", "LoadState,ActiveState,UnitFileState,NeedDaemonReload", unit})),
      name, host);
}

ServiceStatus fresh_service_status(const std::string& name, Host& host) {
  const ServiceStatus status = service_status(name, host);
  // A unit file written a moment ago may be one that systemd once looked for in vain.
  const bool is_new =
      !status.is_known && host.status("/etc/systemd/system/" + unit_name(name)).has_value() && !is_service_masked(name, false, host);
  if ((!status.needs_reload && !is_new) || service_manager(host) != ServiceManager::systemd) return status;
  host.run({"systemctl", "daemon-reload"});
  return service_status(name, host);
}

bool is_service_masked(const std::string& name, bool runtime, Host& host) {
  const std::string path = (runtime ? "/run/systemd/system/" : "/etc/systemd/system/") + unit_name(name);
  const auto status = host.status(path);
  return status && status->type == FileType::symlink && host.read_symlink(path) == "/dev/null";
}

void tell_service(const std::string& verb, const std::string& name, Host& host, const Argv& options) {
  const std::string unit = unit_name(name);
  Command command;
  if (service_manager(host) == ServiceManager::sysv) {
    command.argv = script_command(verb, name);
  } else {
    command.argv = {"systemctl"};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    command.argv.insert(command.argv.end(), {verb, unit});
  }
  command.timeout = std::chrono::minutes(5);
  const CommandResult result = host.execute(command);
  if (result.timed_out)
    throw Error(ErrorKind::timeout, "{} took longer than five minutes", join(command.argv, " "));
  if (result.exit_code == 0) return;
  const std::string words(trim(result.error));
  if (!words.empty()) throw Error(ErrorKind::unavailable, "{}", words);
  throw Error(ErrorKind::unavailable, "{} ended with code {}", join(command.argv, " "), result.exit_code);
}

std::vector<std::string> services_by_state(const std::string& state, Host& host) {
  if (service_manager(host) == ServiceManager::sysv) {
    auto names = scripts(host, false);
    if (state == "enabled" || state == "disabled")
      std::erase_if(names, [&](const std::string& name) { return is_script_enabled(name, host) != (state == "enabled"); });
    return names;
  }
  return listed({"systemctl", "--full", "--no-legend", "--no-pager", "list-unit-files"}, host,
                [&](const std::vector<std::string>& words) { return state.empty() || words[1] == state; });
}

std::vector<std::string> running_services(Host& host) {
  if (service_manager(host) == ServiceManager::sysv) return scripts(host, true);
  return listed({"systemctl", "--full", "--no-legend", "--no-pager", "list-units"}, host,
                [](const std::vector<std::string>& words) { return words.size() > 3 && words[3] == "running"; });
}

}  // namespace halite::states
