#include "states/providers/iptables.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/providers/directories.h"

namespace halite::states {
namespace {

// A chain as a saved file has it: ":INPUT ACCEPT [1:2]" and "-A INPUT ..." below "*filter".
Iptables::Chain saved_chain(const std::string& text, const std::string& table, const std::string& name) {
  Iptables::Chain chain;
  std::string at;
  for (const auto& line : split_lines(text)) {
    if (line.starts_with('*')) at = line.substr(1);
    if (at != table) continue;
    const auto words = split_words(line);
    if (words.size() >= 2 && words[0] == ":" + name && words[1] != "-") chain.policy = words[1];
    if (words.size() >= 2 && words[0] == "-A" && words[1] == name) chain.rules.push_back(line);
  }
  return chain;
}

}  // namespace

Iptables::Iptables(const std::string& family, Host& host) : host_(host), is_v6_(family == "ipv6") {
  if (!is_v6_ && family != "ipv4")
    throw Error(ErrorKind::invalid, "family '{}' is neither ipv4 nor ipv6", escape_control(family));
  const char* name = is_v6_ ? "ip6tables" : "iptables";
  const auto path = host.find_program(name);
  if (!path) throw Error(ErrorKind::unavailable, "there is no program {} on this host; install iptables", name);
  program_ = *path;
}

CommandResult Iptables::run(const Argv& words) const {
  Command command;
  command.argv = {program_, "--wait"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.timeout = std::chrono::minutes(1);
  return host_.execute(command);
}

std::optional<Iptables::Chain> Iptables::chain(const std::string& table, const std::string& name) const {
  const CommandResult result = run({"-t", table, "-S", name});
  if (result.exit_code != 0) return std::nullopt;
  Chain chain;
  for (const auto& line : split_lines(result.output)) {
    const auto words = split_words(line);
    if (words.size() >= 3 && words[0] == "-P") chain.policy = words[2];
    if (!words.empty() && words[0] == "-A") chain.rules.push_back(line);
  }
  return chain;
}

std::size_t Iptables::rule_count(const std::string& table) const {
  std::size_t count = 0;
  for (const auto& line : split_lines(run({"-t", table, "-S"}).output)) count += line.starts_with("-A ");
  return count;
}

bool Iptables::has_rule(const std::string& table, const std::string& chain, const Argv& rule) const {
  Argv words{"-t", table, "-C", chain};
  words.insert(words.end(), rule.begin(), rule.end());
  return run(words).exit_code == 0;
}

void Iptables::change(const std::string& table, const Argv& words) const {
  Argv all{"-t", table};
  all.insert(all.end(), words.begin(), words.end());
  const CommandResult result = run(all);
  if (result.exit_code != 0)
    throw Error(ErrorKind::unavailable, "{}", trim(result.error.empty() ? result.output : result.error));
}

std::string Iptables::saved_form() const {
  return host_.run({program_ + "-save"});
}

std::string Iptables::save_path(const std::string& asked) const {
  if (!asked.empty()) return asked;
  return is_v6_ ? "/etc/iptables/rules.v6" : "/etc/iptables/rules.v4";
}

bool Iptables::is_saved(const std::string& path, const std::string& table, const std::string& name) const {
  const auto text = host_.read_file_if_exists(path);
  const auto now = chain(table, name);
  if (!text || !now) return false;
  const Chain saved = saved_chain(*text, table, name);
  return saved.policy == now->policy && saved.rules == now->rules;
}

void Iptables::save(const std::string& path) const {
  make_directories(host_, parent_directory(path));
  host_.replace_file(path, saved_form(), host_.status(path) ? FileAttributes{} : FileAttributes{.mode = 0640});
}

}  // namespace halite::states
