#include "states/providers/sysctl.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/directories.h"

namespace halite::states {
namespace {

// "net.ipv4.ip_forward" is net/ipv4/ip_forward; a '/' in a name is a '.' of the file's (an interface eth0.5).
std::string path_of(const std::string& name) {
  if (name.empty() || name.find("..") != std::string::npos || name.find("//") != std::string::npos || name[0] == '/' ||
      name[0] == '-' || name[0] == '.' || name.find_first_of(" \t\n=") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a kernel parameter", escape_control(name));
  std::string path = name;
  for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  return "/proc/sys/" + path;
}

std::pair<std::string, std::string> setting(const std::string& line) {
  const std::string_view text = trim(line);
  const std::size_t equals = text.find('=');
  if (text.starts_with('#') || text.starts_with(';') || equals == std::string_view::npos) return {};
  return {std::string(trim(text.substr(0, equals))), std::string(trim(text.substr(equals + 1)))};
}

}  // namespace

std::string default_sysctl_file(Host& host) {
  return host.status("/run/systemd/system") ? "/etc/sysctl.d/99-salt.conf" : "/etc/sysctl.conf";
}

std::string normal_sysctl_value(const std::string& value) {
  return join(split_words(value), "\t");
}

std::optional<std::string> read_sysctl(const std::string& name, Host& host) {
  const auto value = host.read_file_if_exists(path_of(name));
  return value ? std::optional(std::string(trim_right(*value))) : std::nullopt;
}

std::map<std::string, std::string> sysctl_file(const std::string& path, Host& host) {
  std::map<std::string, std::string> values;
  for (const auto& line : split_lines(host.read_file_if_exists(path).value_or(""))) {
    auto [name, value] = setting(line);
    if (!name.empty()) values[name] = value;
  }
  return values;
}

void set_sysctl(const std::string& name, const std::string& value, Host& host) {
  if (!read_sysctl(name, host)) throw Error(ErrorKind::not_found, "sysctl {} does not exist", name);
  Command command;
  command.argv = {"sysctl", "-w", name + "=" + value};
  const CommandResult result = host.execute(command);
  if (result.exit_code != 0 || result.error.find("Invalid argument") != std::string::npos)
    throw Error(ErrorKind::unavailable, "sysctl -w failed: {}", trim(result.error.empty() ? result.output : result.error));
}

void persist_sysctl(const std::string& name, const std::string& value, const std::string& path, Host& host) {
  const auto old = host.read_file_if_exists(path);
  const std::string wanted = fmt::format("{} = {}\n", name, value);
  std::string text = old ? "" : "#\n# Kernel sysctl configuration\n#\n";
  bool is_set = false;
  for (const auto& line : split_lines(old.value_or(""))) {
    const auto [known, there] = setting(line);
    if (known != name) {
      text += line + "\n";
      continue;
    }
    // A second line of the same parameter would win over the first.
    const bool is_same = normal_sysctl_value(there) == normal_sysctl_value(value);
    text += is_same ? line + "\n" : wanted;
    is_set = true;
  }
  if (!is_set) text += wanted;
  if (old == text) return;
  make_directories(host, parent_directory(path));
  host.replace_file(path, text, old ? FileAttributes{} : FileAttributes{.mode = 0644});
}

}  // namespace halite::states
