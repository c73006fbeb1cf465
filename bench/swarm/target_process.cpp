#include "bench/swarm/target_process.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "common/base/strings.h"

namespace halite::swarm {
namespace {

namespace fs = std::filesystem;

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

double pss_mb(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("Pss:")) return std::strtod(line.c_str() + 4, nullptr) / 1024;
  return 0;
}

std::size_t count_descriptors(int pid) {
  std::error_code error;
  std::size_t count = 0;
  for (fs::directory_iterator entry("/proc/" + std::to_string(pid) + "/fd", error), end; !error && entry != end; entry.increment(error)) ++count;
  return count;
}

std::map<int, ProcessStat> all_processes() {
  std::map<int, ProcessStat> found;
  std::error_code error;
  for (fs::directory_iterator entry("/proc", error), end; !error && entry != end; entry.increment(error)) {
    const auto pid = parse_int(entry->path().filename().string());
    if (!pid) continue;
    if (auto stat = parse_process_stat(first_line(entry->path().string() + "/stat"))) found.emplace(static_cast<int>(*pid), *stat);
  }
  return found;
}

// The processes named and all that came from them.
std::set<int> family(const std::map<int, ProcessStat>& all, const std::set<int>& heads) {
  std::set<int> members;
  for (const int head : heads)
    if (all.contains(head)) members.insert(head);
  for (bool has_grown = !members.empty(); has_grown;) {
    has_grown = false;
    for (const auto& [pid, stat] : all)
      if (members.contains(stat.parent)) has_grown |= members.insert(pid).second;
  }
  return members;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(const std::string& line) {
  // The name, in parentheses, may hold blanks and parentheses; the last one ends it.
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  std::string state;
  ProcessStat stat;
  rest >> state >> stat.parent;
  constexpr int fields_between = 9;  // from the process group to the faults
  std::string skipped;
  for (int i = 0; i < fields_between; ++i) rest >> skipped;
  unsigned long long user = 0, system = 0;
  rest >> user >> system;
  if (!rest) return std::nullopt;
  stat.ticks = user + system;
  return stat;
}

std::optional<ProcessUse> TargetProcess::look() const {
  std::set<int> heads(pids_.begin(), pids_.end());
  if (!pid_file_.empty())
    if (const auto pid = parse_int(trim(first_line(pid_file_)))) heads.insert(static_cast<int>(*pid));
  if (heads.empty()) return std::nullopt;
  const auto all = all_processes();
  ProcessUse use;
  for (const int pid : family(all, heads)) {
    use.processor_s += static_cast<double>(all.at(pid).ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    use.memory_mb += pss_mb(pid);
    use.descriptors += count_descriptors(pid);
    ++use.processes;
  }
  if (use.processes == 0) return std::nullopt;
  return use;
}

}  // namespace halite::swarm
