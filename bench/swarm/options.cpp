#include "bench/swarm/options.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "bench/swarm/steps.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "common/config/program.h"
#include "common/data/json.h"

namespace halite::swarm {
namespace {

constexpr std::int64_t minions_max = 60'000;

std::int64_t number_option(const ParsedOptions& parsed, const std::string& key, std::int64_t standard, std::int64_t low, std::int64_t high) {
  const std::int64_t number = parsed.integer(key).value_or(standard);
  if (number < low || number > high) throw UsageError("option --{}: must be from {} to {}, not {}", key, low, high, number);
  return number;
}

Map grains_from(const std::string& path) {
  if (path.empty()) return {{"os", "Debian"}, {"os_family", "Debian"}, {"oscodename", "bookworm"}, {"kernel", "Linux"}};
  std::ifstream file(path);
  if (!file) throw UsageError("option --grains: '{}' can't be read", path);
  std::stringstream text;
  text << file.rdbuf();
  return from_json(text.str(), path).as_map(path);
}

std::vector<std::string> id_patterns_from(const ParsedOptions& parsed) {
  auto patterns = split(parsed.text_or("id", "swarm-{}"), ',');
  for (const auto& pattern : patterns)
    if (pattern.find("{}") == std::string::npos) throw UsageError("option --id: '{}' has no place {{}} for the number", pattern);
  return patterns;
}

StepText step_from(const std::string& text) {
  auto parts = split(text, ':');
  StepText step;
  step.name = parts[0];
  step.arguments.assign(parts.begin() + 1, parts.end());
  const auto names = step_names();
  if (std::find(names.begin(), names.end(), step.name) == names.end())
    throw UsageError("there is no step '{}'{}", step.name, did_you_mean(step.name, names));
  return step;
}

}  // namespace

std::int64_t StepText::number(std::size_t position, std::int64_t standard, std::int64_t low, std::int64_t high) const {
  if (position >= arguments.size() || arguments[position].empty()) return standard;
  const auto number = parse_int(arguments[position]);
  if (!number || *number < low || *number > high)
    throw UsageError("step '{}': '{}' must be a number from {} to {}", name, arguments[position], low, high);
  return *number;
}

std::string StepText::text(std::size_t position, const std::string& standard) const {
  return position < arguments.size() && !arguments[position].empty() ? arguments[position] : standard;
}

CommandLine command_line() {
  CommandLine line;
  line.name = "halite-swarm";
  line.summary = "Pretends to be many minions and measures what a master makes of them.";
  line.usage = {"[options] STEP..."};
  line.groups = {
      {"The master",
       {{{"--master"}, "ADDRESS", "Its IP address, 127.0.0.1 unless given.", ""},
        {{"--master-port"}, "PORT", "Its request port, 4506 unless given; it names the publish port itself.", ""},
        {{"--cli"}, "COMMAND", "How jobs are published: 'halite -c DIR' or 'salt -c DIR'. Steps ping, job, returns, storm and mixed need it.", ""},
        {{"--target"}, "GLOB", "Whom the jobs are for, '*' unless given; other minions that the master knows would be waited for.", ""},
        {{"--restart"}, "COMMAND", "Restarts the master, for the step storm; it must not wait for the master to end.", ""},
        {{"--target-pid"}, "PID", "Also report processor time, memory and descriptors of this process and its children. May be given several times.", ""},
        {{"--target-pid-file"}, "FILE", "The same for the process named in a file, which is read anew each time.", ""}}},
      {"The minions",
       {{{"-n", "--minions"}, "COUNT", "How many; 100 unless given.", ""},
        {{"--id"}, "PATTERNS", "Their ids: patterns parted by commas and taken in turn, {} is the number; 'swarm-{}' unless given.", ""},
        {{"--keys"}, "DIRECTORY", "Where their key pairs are kept, and made when they are missing.", ""},
        {{"--key-pool"}, "COUNT", "Share so many key pairs over all ids, as making one takes 50 ms; 0, the default: one each.", ""},
        {{"--grains"}, "FILE", "Their grains, as JSON; id is added.", ""},
        {{"--protocol"}, "LEVEL", "3, or 2 for what older minions speak.", ""},
        {{"--plain-subscription"}, "", "Subscribe as Salt's minions do, not also to the topic of the id as Halite's.", ""},
        {{"--return-size"}, "BYTES", "Of the text they return for functions other than test.ping; swarm.data SIZE names its own. 64 unless given.", ""}}},
      {"Bounds",
       {{{"--connections"}, "COUNT", "Most connections to the request port at once, which all minions share; 1000 unless given, and never more than there are minions.", ""},
        {{"--rate"}, "COUNT", "Minions that begin with an action in a second; 0, the default: all at once.", ""},
        {{"--jitter"}, "MILLISECONDS", "Longest random wait before a minion authenticates again; 0 unless given, as Salt's minions.", ""},
        {{"--step-limit"}, "SECONDS", "A step that takes longer has failed; 600 unless given.", ""},
        {{"--json"}, "", "Print a JSON object a step.", ""}}},
      common_options()};
  line.examples = {{"halite-swarm -n 1000 --keys keys enrol idle:10", "connect a thousand and wait ten seconds"},
                   {"halite-swarm -n 1000 --keys keys --cli 'halite -c /etc/halite' enrol ping:5 job:1024", "and have them answer jobs"}};
  line.notes = {{"Steps", steps_help()},
                {"Exit codes", "0 when each step ended without an error, a lost return or a minion that is not there; 1 otherwise; 64 wrong option."},
                {"Safety", "The minions run nothing they are told: test.ping is true, everything else is text. The keys are for tests alone."}};
  return line;
}

Options options_from(const ParsedOptions& parsed) {
  Options options;
  options.host = parsed.text_or("master", options.host);
  options.request_port = static_cast<int>(number_option(parsed, "master-port", options.request_port, 1, 65535));
  options.minions = static_cast<std::size_t>(number_option(parsed, "minions", 100, 1, minions_max));
  options.id_patterns = id_patterns_from(parsed);
  options.key_directory = parsed.text_or("keys", "");
  if (options.key_directory.empty()) throw UsageError("option --keys must name a directory for the minions' key pairs");
  options.key_pool = static_cast<std::size_t>(number_option(parsed, "key-pool", 0, 0, minions_max));
  options.level = static_cast<int>(number_option(parsed, "protocol", 3, 2, 3));
  options.tells_its_topic = !parsed.has("plain-subscription");
  const auto connections = static_cast<std::size_t>(number_option(parsed, "connections", 1000, 1, minions_max));
  options.connections_max = std::min(connections, options.minions);  // as a minion asks one thing at a time
  options.starts_per_second = static_cast<double>(number_option(parsed, "rate", 0, 0, 1'000'000));
  options.jitter = std::chrono::milliseconds(number_option(parsed, "jitter", 0, 0, 3'600'000));
  options.step_limit = std::chrono::seconds(number_option(parsed, "step-limit", 600, 1, 86'400));
  options.return_size_bytes = static_cast<std::size_t>(number_option(parsed, "return-size", 64, 0, 64 << 20));
  options.grains = grains_from(parsed.text_or("grains", ""));
  options.command = split_shell_words(parsed.text_or("cli", ""));
  options.target = parsed.text_or("target", options.target);
  options.restart = split_shell_words(parsed.text_or("restart", ""));
  for (const auto& text : parsed.all("target-pid")) {
    const auto pid = parse_int(text);
    if (!pid || *pid < 1) throw UsageError("option --target-pid: '{}' is no process id", text);
    options.target_pids.push_back(static_cast<int>(*pid));
  }
  options.target_pid_file = parsed.text_or("target-pid-file", "");
  options.as_json = parsed.has("json");
  for (const auto& text : parsed.arguments()) options.steps.push_back(step_from(text));
  if (options.steps.empty()) throw UsageError("name at least one step: {}", join(step_names(), ", "));
  if (options.steps[0].name != "enrol") throw UsageError("the first step is enrol: without it there are no minions");
  for (const auto& step : options.steps) {
    if (step_needs_command(step.name) && options.command.empty()) throw UsageError("step '{}' publishes jobs: give --cli", step.name);
    if (step.name == "storm" && options.restart.empty()) throw UsageError("step 'storm' restarts the master: give --restart");
  }
  return options;
}

}  // namespace halite::swarm
