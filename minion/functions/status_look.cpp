// status.*: processes, processors, disks and interfaces, as the kernel counts them.
#include <sys/statvfs.h>

#include <algorithm>
#include <ctime>

#include "common/base/error.h"
#include "common/data/regex.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/taking_many.h"
#include "states/arguments.h"

namespace halite::minion {
namespace {

struct Signature {
  std::string sig;
};
struct Kinds {
  states::TextList args;
};
struct Format {
  std::string format = "%A, %d. %B %Y %I:%M%p";
};

// Whole numbers as such, all else as text.
Value number_of(const std::string& text) {
  const auto number = parse_int(text);
  return number ? Value(*number) : Value(text);
}

// Words of a line by name; a line that is shorter has fewer.
Map named(const std::vector<std::string>& words, std::size_t first, std::initializer_list<const char*> names) {
  Map map;
  std::size_t at = first;
  for (const char* name : names) {
    if (at < words.size() && *name) map.set(name, number_of(words[at]));
    ++at;
  }
  return map;
}

struct Process {
  std::string user, pid, command;
};

std::vector<Process> processes(Call& call) {
  Command command;
  command.argv = {"ps", "-eo", "user:32=,pid=,args=", "-ww"};
  command.environment = {{"LC_ALL", "C"}};
  const CommandResult result = call.tools.host.execute(command);
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "ps failed: {}", trim(result.error));
  std::vector<Process> all;
  for (const auto& line : split_lines(result.output)) {
    const auto words = split_words(line);
    // ps itself is over when this is read.
    if (words.size() >= 3 && words[1] != std::to_string(result.pid)) all.push_back({words[0], words[1], join({words.begin() + 2, words.end()}, " ")});
  }
  return all;
}

Value procs(const None&, Call& call) {
  Map all;
  for (const auto& one : processes(call)) all.set(one.pid, Map{{"user", one.user}, {"cmd", one.command}});
  return all;
}

Value pid(const Signature& args, Call& call) {
  const Regex regex = Regex::compile(args.sig);
  const std::string own = std::to_string(call.tools.grains.probe().pid());
  std::vector<std::string> found;
  for (const auto& one : processes(call))
    if (one.pid != own && regex.search(one.user + " " + one.pid + " " + one.command)) found.push_back(one.pid);
  return join(found, "\n");
}

Value cpustats(const None&, Call& call) {
  Map all;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/stat"))) {
    const auto words = split_words(line);
    if (words.size() < 2) continue;
    const bool has_list = words[0] == "intr" || words[0] == "softirq";
    if (words[0].starts_with("cpu")) {
      all.set(words[0], named(words, 1, {"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"}));
    } else if (has_list) {
      List each;
      for (std::size_t i = 2; i < words.size(); ++i) each.push_back(number_of(words[i]));
      all.set(words[0], Map{{"total", number_of(words[1])}, {words[0] == "intr" ? "irqs" : "softirqs", each}});
    } else {
      all.set(words[0], number_of(words[1]));
    }
  }
  return all;
}

// Of several processors the last one's.
Value cpuinfo(const None&, Call& call) {
  Map all;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/cpuinfo"))) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name(trim(line.substr(0, colon))), value(trim(line.substr(colon + 1)));
    all.set(name, name == "flags" ? Value(split_words(value)) : Value(value));
  }
  return all;
}

Value diskstats(const None&, Call& call) {
  Map all;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/diskstats"))) {
    const auto words = split_words(line);
    if (words.size() < 14) continue;
    all.set(words[2], named(words, 0, {"major", "minor", "device", "reads_issued", "reads_merged", "sectors_read", "ms_spent_reading",
                                       "writes_completed", "writes_merged", "sectors_written", "ms_spent_writing", "io_in_progress",
                                       "ms_spent_in_io", "weighted_ms_spent_in_io"}));
  }
  return all;
}

Value vmstats(const None&, Call& call) {
  Map all;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/vmstat"))) {
    const auto words = split_words(line);
    if (words.size() == 2) all.set(words[0], number_of(words[1]));
  }
  return all;
}

Value netdev(const None&, Call& call) {
  Map all;
  for (const auto& line : split_lines(call.tools.host.read_file("/proc/net/dev"))) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name(trim(line.substr(0, colon)));
    Map counted{{"iface", name}};
    for (const auto& [key, value] : named(split_words(line.substr(colon + 1)), 0,
                                          {"rx_bytes", "rx_packets", "rx_errs", "rx_drop", "rx_fifo", "rx_frame", "rx_compressed", "rx_multicast",
                                           "tx_bytes", "tx_packets", "tx_errs", "tx_drop", "tx_fifo", "tx_colls", "tx_carrier", "tx_compressed"}))
      counted.set(key, value);
    all.set(name, counted);
  }
  return all;
}

// Two lines a protocol: names, and numbers.
Value netstats(const None&, Call& call) {
  Map all;
  for (const char* file : {"/proc/net/netstat", "/proc/net/snmp"}) {
    const auto lines = split_lines(call.tools.host.read_file_if_exists(file).value_or(""));
    for (std::size_t i = 0; i + 1 < lines.size(); i += 2) {
      const auto names = split_words(lines[i]), numbers = split_words(lines[i + 1]);
      if (names.empty() || numbers.size() != names.size() || names[0] != numbers[0]) continue;
      Map counted;
      for (std::size_t k = 1; k < names.size(); ++k) counted.set(names[k], number_of(numbers[k]));
      all.set(names[0].substr(0, names[0].size() - 1), counted);
    }
  }
  return all;
}

// Paths stand for themselves, other words for kinds of file systems; nothing for every mounted one.
Value diskusage(const Kinds& args, Call& call) {
  std::vector<std::string> paths, kinds;
  for (const auto& word : args.args.items) (word.starts_with('/') ? paths : kinds).push_back(word);
  if (!kinds.empty() || args.args.items.empty())
    for (const auto& line : split_lines(call.tools.host.read_file("/proc/self/mounts"))) {
      const auto words = split_words(line);
      const bool is_asked = words.size() >= 3 && (kinds.empty() || std::any_of(kinds.begin(), kinds.end(), [&](const std::string& kind) { return glob_match(kind, words[2]); }));
      if (is_asked) paths.push_back(words[1]);
    }
  Map all;
  for (const auto& path : paths) {
    struct statvfs usage{};
    if (::statvfs(path.c_str(), &usage) != 0) continue;
    const auto bytes = [&](fsblkcnt_t blocks) { return static_cast<std::int64_t>(blocks * usage.f_frsize); };
    all.set(path, Map{{"available", bytes(usage.f_bavail)}, {"total", bytes(usage.f_blocks)}});
  }
  return all;
}

Value nproc(const None&, Call& call) { return call.tools.grains.get("num_cpus"); }
Value kernel_version(const None&, Call& call) { return trim(call.tools.host.read_file("/proc/version")); }

// Who is logged in.
Value logged_in(const None&, Call& call) {
  Command command;
  command.argv = {"w", "-h"};
  command.environment = {{"LC_ALL", "C"}};
  List all;
  for (const auto& line : split_lines(call.tools.host.execute(command).output)) {
    const auto words = split_words(line);
    if (words.size() < 7) continue;
    all.push_back(Map{{"user", words[0]}, {"tty", words[1]}, {"from", words[2]}, {"login", words[3]}, {"idle", words[4]}, {"jcpu", words[5]},
                      {"pcpu", words[6]}, {"what", join({words.begin() + 7, words.end()}, " ")}});
  }
  return all;
}

Value local_time(const Format& args, Call& call) {
  const std::time_t now = std::chrono::system_clock::to_time_t(call.tools.host.now());
  std::tm local{};
  ::localtime_r(&now, &local);
  std::string text(256, '\0');
  text.resize(std::strftime(text.data(), text.size(), args.format.c_str(), &local));
  return text;
}

Value all_status(const None& none, Call& call) {
  return Map{{"cpuinfo", cpuinfo(none, call)}, {"cpustats", cpustats(none, call)}, {"diskstats", diskstats(none, call)},
             {"diskusage", diskusage({}, call)}, {"netdev", netdev(none, call)}, {"netstats", netstats(none, call)},
             {"vmstats", vmstats(none, call)}, {"w", logged_in(none, call)}};
}

}  // namespace

std::vector<Function> status_look_functions() {
  return {
      function("status.procs", "Every process with its user and command line.", procs),
      function<Signature>("status.pid", "The ids of processes, a line each: status.pid 'nginx: master'.",
                          Schema<Signature>().required(&Signature::sig, "sig", "A regular expression for user, id and command line."), pid),
      function("status.cpustats", "/proc/stat.", cpustats),
      function("status.cpuinfo", "/proc/cpuinfo.", cpuinfo),
      function("status.diskstats", "/proc/diskstats.", diskstats),
      taking_many(function<Kinds>("status.diskusage", "Bytes of file systems, all and free: status.diskusage /home 'ext*'.",
                                  Schema<Kinds>().optional(&Kinds::args, "args", "Paths, or kinds of file systems as globs. Unset: all."), diskusage)),
      function("status.vmstats", "/proc/vmstat.", vmstats),
      function("status.netdev", "What each interface has sent and received.", netdev),
      function("status.netstats", "What the network protocols count.", netstats),
      function("status.nproc", "The number of processors.", nproc),
      function("status.version", "The kernel's version, as it tells itself.", kernel_version),
      function("status.w", "Who is logged in, and does what.", logged_in),
      function<Format>("status.time", "The time here: status.time '%H:%M'.",
                       Schema<Format>().optional(&Format::format, "format", "As strftime(3) has it."), local_time),
      function("status.all_status", "What the other functions tell of processors, disks and network, in one.", all_status),
  };
}

}  // namespace halite::minion
