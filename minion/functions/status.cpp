// status.* and disk.usage: load, memory, uptime, file systems.
#include <sys/statvfs.h>

#include <cstdlib>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"

namespace halite::minion {
namespace {

double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

Value load_average(const None&, Call& call) {
  const auto words = split_words(call.tools.host.read_file("/proc/loadavg"));
  if (words.size() < 3) throw Error(ErrorKind::internal, "/proc/loadavg has another form than expected");
  return Map{{"1-min", number(words[0])}, {"5-min", number(words[1])}, {"15-min", number(words[2])}};
}

Value uptime(const None&, Call& call) {
  const auto words = split_words(call.tools.host.read_file("/proc/uptime"));
  const auto seconds = static_cast<std::int64_t>(number(words.at(0)));
  return Map{{"seconds", seconds},
             {"days", seconds / 86400},
             {"time", fmt::format("{}:{:02}", seconds % 86400 / 3600, seconds % 3600 / 60)}};
}

Value memory(const None&, Call& call) {
  Map fields;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/meminfo"))) {
    const auto words = split_words(line);
    if (words.size() < 2) continue;
    fields.set(words[0].substr(0, words[0].size() - 1),
               Map{{"value", words[1]}, {"unit", words.size() > 2 ? words[2] : ""}});
  }
  return fields;
}

// Is the master there? Asks it for its list of environments.
Value ping_master(const None&, Call& call) {
  if (!call.tools.master) {
    call.retcode = 1;
    return false;
  }
  call.tools.master->request("_file_envs", {});
  return true;
}

struct Mount {
  std::string args;
};

Value disk_usage(const Mount& args, Call& call) {
  Map all;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/self/mounts"))) {
    const auto words = split_words(line);  // device, place, type, options
    if (words.size() < 3 || (!args.args.empty() && words[1] != args.args)) continue;
    const bool is_real = words[0].rfind('/', 0) == 0 || words[2] == "tmpfs" || words[2] == "overlay";
    struct statvfs usage{};
    if (!is_real || ::statvfs(words[1].c_str(), &usage) != 0 || usage.f_blocks == 0) continue;
    const auto kib = [&](fsblkcnt_t blocks) { return static_cast<std::int64_t>(blocks * usage.f_frsize / 1024); };
    const auto used = kib(usage.f_blocks - usage.f_bfree), available = kib(usage.f_bavail);
    const std::int64_t percent = used + available == 0 ? 0 : (used * 100 + used + available - 1) / (used + available);
    all.set(words[1], Map{{"filesystem", words[0]},
                          {"1K-blocks", std::to_string(kib(usage.f_blocks))},
                          {"used", std::to_string(used)},
                          {"available", std::to_string(available)},
                          {"capacity", fmt::format("{}%", percent)}});
  }
  return all;
}

}  // namespace

std::vector<Function> status_functions() {
  return {
      function("status.loadavg", "The load averages.", load_average).light(),
      function("status.uptime", "How long the machine runs.", uptime).light(),
      function("status.meminfo", "/proc/meminfo.", memory).light(),
      function("status.ping_master", "Does the master answer?", ping_master),
      function<Mount>("disk.usage", "Usage of mounted file systems, in KiB.",
                      Schema<Mount>().optional(&Mount::args, "args", "Only the one mounted here."), disk_usage),
  };
}

}  // namespace halite::minion
