#include "states/providers/mounts.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

// \040 is a space; so are tab, newline and backslash written.
std::string decoded(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '3') {
      result += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

// A link's name in /dev/disk/by-uuid is lower case for UUIDs, but not for those of FAT.
std::string by_link(const std::string& directory, const std::string& name, Host& host) {
  for (const auto& candidate : {name, to_lower(name)}) {
    const std::string path = "/dev/disk/" + directory + "/" + candidate;
    const auto status = host.status(path);
    if (!status || status->type != FileType::symlink) continue;
    const std::string target = host.read_symlink(path);
    return "/dev/" + target.substr(target.rfind('/') + 1);
  }
  return "";
}

}  // namespace

std::vector<Mount> mounts(Host& host) {
  std::vector<Mount> result;
  for (const auto& line : split_lines(host.read_file("/proc/self/mountinfo"))) {
    const auto words = split_words(line);
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 6 || words.end() - dash < 3) continue;
    Mount mount;
    mount.root = decoded(words[3]);
    mount.place = decoded(words[4]);
    mount.options = split(decoded(words[5]), ',');
    mount.type = dash[1];
    mount.device = decoded(dash[2]);
    if (words.end() - dash > 3) mount.super_options = split(decoded(dash[3]), ',');
    std::erase_if(result, [&](const Mount& earlier) { return earlier.place == mount.place; });
    result.push_back(std::move(mount));
  }
  return result;
}

std::optional<Mount> mount_at(const std::string& place, Host& host) {
  for (auto& mount : mounts(host))
    if (mount.place == place) return mount;
  return std::nullopt;
}

std::map<std::string, std::map<std::string, std::string>> swaps(Host& host) {
  std::map<std::string, std::map<std::string, std::string>> result;
  for (const auto& line : split_lines(host.read_file_if_exists("/proc/swaps").value_or(""))) {
    const auto words = split_words(line);
    if (words.size() < 5 || words[0] == "Filename") continue;
    result[decoded(words[0])] = {{"type", words[1]}, {"size", words[2]}, {"used", words[3]}, {"priority", words[4]}};
  }
  return result;
}

void run_mount_tool(const Argv& argv, Host& host, const std::string& user) {
  Command command;
  command.argv = argv;
  command.run_as = user;
  command.timeout = std::chrono::minutes(5);
  const CommandResult result = host.execute(command);
  if (result.timed_out) throw Error(ErrorKind::timeout, "{} took longer than five minutes", join(argv, " "));
  if (result.exit_code == 0) return;
  const std::string words(trim(result.error.empty() ? result.output : result.error));
  throw Error(ErrorKind::unavailable, "{}",
              words.empty() ? fmt::format("{} ended with code {}", join(argv, " "), result.exit_code) : words);
}

Argv mount_words(const std::string& device, const std::string& place, const std::string& type,
                 const std::vector<std::string>& options) {
  Argv argv{"mount"};
  if (!type.empty()) argv.insert(argv.end(), {"-t", type});
  if (!options.empty()) argv.insert(argv.end(), {"-o", join(options, ",")});
  argv.insert(argv.end(), {"--", device, place});
  return argv;
}

std::string real_device(const std::string& device, Host& host) {
  const std::size_t equals = device.find('=');
  if (equals != std::string::npos && !device.starts_with('/')) {
    std::string name = device.substr(equals + 1);
    std::erase(name, '"');
    const std::string key = to_lower(device.substr(0, equals));
    static const std::map<std::string, std::string> directories{
        {"uuid", "by-uuid"}, {"label", "by-label"}, {"partuuid", "by-partuuid"}, {"partlabel", "by-partlabel"}};
    const auto known = directories.find(key);
    const std::string found = known == directories.end() ? "" : by_link(known->second, name, host);
    return found.empty() ? device : found;
  }
  std::string path = device;
  for (int i = 0; i < 8; ++i) {
    const auto status = path.starts_with('/') ? host.status(path) : std::nullopt;
    if (!status || status->type != FileType::symlink) break;
    const std::string target = host.read_symlink(path);
    std::string base = path.substr(0, path.rfind('/'));
    std::string rest = target;
    if (target.starts_with('/')) base.clear();
    while (rest.starts_with("../")) {
      rest.erase(0, 3);
      base.resize(base.rfind('/') == std::string::npos ? 0 : base.rfind('/'));
    }
    path = target.starts_with('/') ? target : base + "/" + rest;
  }
  return path;
}

}  // namespace halite::states
