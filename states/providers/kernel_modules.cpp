#include "states/providers/kernel_modules.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/directories.h"

namespace halite::states {
namespace {

// The name that Salt used, so that it is taken over.
std::string boot_file(Host& host) {
  return host.status("/run/systemd/system") ? "/etc/modules-load.d/salt_managed.conf" : "/etc/modules";
}

std::string name_in(const std::string& line) {
  const auto words = split_words(line);
  if (words.empty() || words[0].starts_with('#')) return "";
  std::string name = words[0];
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

void run_tool(Argv argv, const char* doing, const std::string& name, Host& host) {
  Command command;
  command.argv = std::move(argv);
  if (const CommandResult result = host.execute(command); result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "Error {} module {}: {}", doing, name, trim(result.error));
}

void write_lines(const std::string& path, const std::vector<std::string>& lines, Host& host) {
  make_directories(host, parent_directory(path));
  host.replace_file(path, lines.empty() ? "" : join(lines, "\n") + "\n",
                    host.status(path) ? FileAttributes{} : FileAttributes{.mode = 0644});
}

}  // namespace

std::string kernel_module_name(const std::string& text) {
  const std::string name = name_in(text);
  const bool is_sound = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_';
  });
  if (!is_sound || trim(text).starts_with('-') || text.find('\n') != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no name of a kernel module", escape_control(text));
  return name;
}

std::set<std::string> loaded_kernel_modules(Host& host) {
  std::set<std::string> names;
  for (const auto& line : split_lines(host.read_file_if_exists("/proc/modules").value_or("")))
    if (const std::string name = name_in(line); !name.empty()) names.insert(name);
  const std::string release(trim(host.read_file_if_exists("/proc/sys/kernel/osrelease").value_or("")));
  const std::string builtin = "/lib/modules/" + release + "/modules.builtin";
  for (const auto& line : split_lines(host.read_file_if_exists(builtin).value_or(""))) {
    const std::string file = line.substr(line.rfind('/') + 1);
    if (const std::string name = name_in(file.substr(0, file.find('.'))); !name.empty()) names.insert(name);
  }
  return names;
}

std::set<std::string> boot_kernel_modules(Host& host) {
  std::set<std::string> names;
  for (const auto& line : split_lines(host.read_file_if_exists(boot_file(host)).value_or("")))
    if (const std::string name = name_in(line); !name.empty()) names.insert(name);
  return names;
}

void load_kernel_module(const std::string& text, Host& host) {
  Argv argv{"modprobe", "--"};
  for (const auto& word : split_words(text)) argv.push_back(word);
  run_tool(argv, "loading", kernel_module_name(text), host);
}

void unload_kernel_module(const std::string& name, Host& host) {
  run_tool({"rmmod", name}, "removing", name, host);
}

void load_at_boot(const std::string& text, Host& host) {
  const std::string path = boot_file(host);
  auto lines = split_lines(host.read_file_if_exists(path).value_or(""));
  const auto commented = std::find_if(lines.begin(), lines.end(), [&](const std::string& line) {
    const std::string_view rest = trim(line);
    return rest.starts_with('#') && trim(rest.substr(1)) == text;
  });
  if (commented != lines.end())
    *commented = text;
  else
    lines.push_back(text);
  write_lines(path, lines, host);
}

void forget_at_boot(const std::string& name, bool comment, Host& host) {
  const std::string path = boot_file(host);
  auto lines = split_lines(host.read_file_if_exists(path).value_or(""));
  for (auto& line : lines)
    if (comment && name_in(line) == name) line = "#" + line;
  std::erase_if(lines, [&](const std::string& line) { return name_in(line) == name; });
  write_lines(path, lines, host);
}

}  // namespace halite::states
