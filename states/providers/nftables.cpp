#include "states/providers/nftables.h"

#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::states {
namespace {

// "table ip filter { chain input { type filter hook input priority 0; policy accept; RULE # handle 4 } }", a line each.
Nftables::Chain parse_chain(const std::string& output) {
  Nftables::Chain chain;
  for (const auto& raw : split_lines(output)) {
    std::string line(trim(raw));
    if (line.empty() || line == "}" || line.starts_with("table ") || line.starts_with("chain ")) continue;
    if (line.starts_with("type ")) {
      const auto words = split_words(replace_all(line, ";", " ; "));
      for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        if (words[i] == "type") chain.type = words[i + 1];
        if (words[i] == "hook") chain.hook = words[i + 1];
        if (words[i] == "policy") chain.policy = words[i + 1];
        if (words[i] == "priority")
          for (std::size_t k = i + 1; k < words.size() && words[k] != ";"; ++k)
            chain.priority += (chain.priority.empty() ? "" : " ") + words[k];
      }
      continue;
    }
    Nftables::Rule rule;
    const std::size_t at = line.rfind(" # handle ");
    rule.text = line.substr(0, at);
    if (at != std::string::npos) rule.handle = line.substr(at + std::string_view(" # handle ").size());
    chain.rules.push_back(std::move(rule));
  }
  return chain;
}

// "counter packets 12 bytes 345" is a rule's count, not the rule.
std::string without_counts(std::string text) {
  const std::size_t at = text.find("counter packets ");
  if (at == std::string::npos) return text;
  auto words = split_words(text.substr(at));
  const std::size_t used = std::min<std::size_t>(words.size(), 5);
  words.erase(words.begin() + 1, words.begin() + static_cast<std::ptrdiff_t>(used));
  return text.substr(0, at) + join(words, " ");
}

}  // namespace

Nftables::Nftables(const std::string& family, Host& host) : host_(host) {
  static const std::map<std::string, std::string> families{
      {"ipv4", "ip"},     {"ip4", "ip"},   {"ip", "ip"},         {"ipv6", "ip6"},      {"ip6", "ip6"},
      {"inet", "inet"},   {"arp", "arp"},  {"bridge", "bridge"}, {"netdev", "netdev"}};
  const auto found = families.find(family);
  if (found == families.end())
    throw Error(ErrorKind::invalid, "family '{}' is none of ipv4, ipv6, inet, arp, bridge and netdev",
                escape_control(family));
  family_ = found->second;
  if (!host.find_program("nft"))
    throw Error(ErrorKind::unavailable, "there is no program nft on this host; install nftables");
}

CommandResult Nftables::run(const Argv& words) const {
  Command command;
  command.argv = {"nft"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  command.timeout = std::chrono::minutes(1);
  return host_.execute(command);
}

bool Nftables::has_table(const std::string& table) const {
  return run({"-nn", "list", "table", family_, table}).exit_code == 0;
}

std::optional<Nftables::Chain> Nftables::chain(const std::string& table, const std::string& name) const {
  const CommandResult result = run({"-nn", "-a", "list", "chain", family_, table, name});
  if (result.exit_code != 0) return std::nullopt;
  Chain chain = parse_chain(result.output);
  for (Rule& rule : chain.rules) rule.text = without_counts(rule.text);
  return chain;
}

std::size_t Nftables::rule_count(const std::string& table) const {
  std::size_t count = 0;
  for (const auto& line : split_lines(run({"-nn", "-a", "list", "table", family_, table}).output)) {
    const std::string_view text = trim(line);
    const bool is_rule = text.find(" # handle ") != std::string_view::npos && !text.starts_with("table ") &&
                         !text.starts_with("chain ") && !text.starts_with("set ") && !text.starts_with("map ");
    count += is_rule;
  }
  return count;
}

std::string Nftables::canonical(const std::string& rule) const {
  // A chain that the rule jumps to must be there.
  std::string chains = fmt::format("add chain {} probe probed\n", family_);
  const auto words = split_words(rule);
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i] == "jump" || words[i] == "goto") chains += fmt::format("add chain {} probe {}\n", family_, words[i + 1]);
  Command command;
  // Two calls, as nft lists what was there before its own changes.
  command.argv = {"unshare", "--net", "sh", "-c",
                  fmt::format("nft -f - && exec nft -nn -a list chain {} probe probed", family_)};
  command.input = fmt::format("add table {0} probe\n{1}add rule {0} probe probed {2}\n", family_, chains, rule);
  const CommandResult result = host_.execute(command);
  const Chain chain = result.exit_code == 0 ? parse_chain(result.output) : Chain();
  return chain.rules.size() == 1 ? without_counts(chain.rules[0].text) : rule;
}

void Nftables::change(const Argv& words) const {
  const CommandResult result = run(words);
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "{}", trim(result.error));
}

std::string Nftables::ruleset() const {
  return host_.run({"nft", "-s", "list", "ruleset"});
}

}  // namespace halite::states
