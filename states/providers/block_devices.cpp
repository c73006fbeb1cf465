#include "states/providers/block_devices.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

const std::string& checked(const std::string& device) {
  if (!device.starts_with('/')) throw Error(ErrorKind::invalid, "'{}' is no full path", escape_control(device));
  return device;
}

}  // namespace

std::string file_system_on(const std::string& device, Host& host) {
  Command command;
  // Without its cache: it may know a file system that is gone.
  command.argv = {"blkid", "-c", "/dev/null", "-o", "value", "-s", "TYPE", checked(device)};
  return std::string(trim(host.execute(command).output));
}

std::map<std::string, std::map<std::string, std::string>> block_devices(const std::string& device,
                                                                        const std::string& token, Host& host) {
  Command command;
  command.argv = {"blkid"};
  if (!device.empty()) command.argv.push_back(checked(device));
  else if (!token.empty()) command.argv.insert(command.argv.end(), {"-t", token});
  std::map<std::string, std::map<std::string, std::string>> result;
  for (const auto& line : split_lines(host.execute(command).output)) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    auto& info = result[line.substr(0, colon)];
    std::size_t at = colon + 2;
    while (at < line.size()) {
      const std::size_t open = line.find("=\"", at);
      const std::size_t close = open == std::string::npos ? open : line.find('"', open + 2);
      if (close == std::string::npos) break;
      info[std::string(trim(line.substr(at, open - at)))] = line.substr(open + 2, close - open - 2);
      at = close + 1;
    }
  }
  return result;
}

void make_file_system(const std::string& device, const std::string& type, const Argv& options, Host& host) {
  Command command;
  command.argv = {"mkfs", "-t", type};
  command.argv.insert(command.argv.end(), options.begin(), options.end());
  command.argv.push_back(checked(device));
  command.timeout = std::chrono::minutes(60);
  const CommandResult result = host.execute(command);
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "Failed to format {}: {}", device, trim(result.error));
}

std::map<std::string, std::string> block_device_settings(const std::string& device, Host& host) {
  const std::vector<std::string> names{"getro",     "getsz",       "getss",      "getpbsz",  "getiomin", "getioopt",
                                       "getalignoff", "getmaxsect", "getsize",   "getsize64", "getra",    "getfra"};
  Argv argv{"blockdev"};
  for (const auto& name : names) argv.push_back("--" + name);
  argv.push_back(checked(device));
  const auto lines = split_lines(host.run(argv));
  std::map<std::string, std::string> result;
  for (std::size_t i = 0; i < lines.size() && i < names.size(); ++i) result[names[i]] = trim(lines[i]);
  return result;
}

}  // namespace halite::states
