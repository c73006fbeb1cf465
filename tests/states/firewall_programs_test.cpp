// iptables and nft in memory, as far as the states need them.
#include <algorithm>
#include <memory>

#include "common/base/strings.h"
#include "tests/states/scene.h"

namespace halite::states {
namespace {

struct FakeChain {
  std::string policy;
  std::vector<std::string> rules;
};
using Chains = std::map<std::string, FakeChain>;

std::string rest_of(const Argv& argv, std::size_t from) {
  return join({argv.begin() + static_cast<std::ptrdiff_t>(std::min(from, argv.size())), argv.end()}, " ");
}

std::string listing(const Chains& chains, const std::string& only) {
  std::string text;
  for (const auto& [name, chain] : chains) {
    if (!only.empty() && only != name) continue;
    text += chain.policy.empty() ? "-N " + name + "\n" : "-P " + name + " " + chain.policy + "\n";
    for (const auto& rule : chain.rules) text += "-A " + name + " " + rule + "\n";
  }
  return text;
}

CommandResult iptables(FakeHost& host, Chains& chains, const Argv& argv) {
  const std::string verb = argv.at(4), name = argv.size() > 5 ? argv[5] : "";
  if (verb == "-S") {
    if (!name.empty() && !chains.count(name)) return FakeHost::result(1, "", "iptables: No chain by that name.\n");
    return FakeHost::result(0, listing(chains, name));
  }
  if (verb == "-N") {
    ++host.changes;
    chains[name];
    return {};
  }
  if (verb == "-F" && name.empty()) {
    ++host.changes;
    for (auto& [key, chain] : chains) chain.rules.clear();
    return {};
  }
  if (!chains.count(name)) return FakeHost::result(1, "", "iptables: No chain/target/match by that name.\n");
  auto& rules = chains[name].rules;
  const std::string rule = rest_of(argv, verb == "-I" ? 7 : 6);
  const auto found = std::find(rules.begin(), rules.end(), rule);
  if (verb == "-C") return FakeHost::result(found == rules.end() ? 1 : 0);
  if (rule.find("--nonsense") != std::string::npos)
    return FakeHost::result(2, "", "iptables: unknown option \"--nonsense\"\n");
  ++host.changes;
  if (verb == "-A") rules.push_back(rule);
  if (verb == "-I") rules.insert(rules.begin() + std::stol(argv.at(6)) - 1, rule);
  if (verb == "-D" && found != rules.end()) rules.erase(found);
  if (verb == "-P") chains[name].policy = argv.at(6);
  if (verb == "-F") rules.clear();
  if (verb == "-X") chains.erase(name);
  return {};
}

// "{ 22 }" is 22, as nft writes it.
std::string canonical(const std::string& rule) {
  std::string text = rule;
  for (std::size_t at = 0; (at = text.find("{ ", at)) != std::string::npos; ++at) {
    const std::size_t end = text.find(" }", at);
    if (end != std::string::npos && text.substr(at, end - at).find(',') == std::string::npos)
      text = text.substr(0, at) + text.substr(at + 2, end - at - 2) + text.substr(end + 2);
  }
  return replace_all(text, "meta iifname ", "iifname ");
}

struct FakeTable {
  std::map<std::string, std::pair<std::string, std::vector<std::string>>> chains;  // headline and rules
};

std::string chain_text(const std::string& headline, const std::vector<std::string>& rules) {
  std::string text = "\tchain x { # handle 1\n" + (headline.empty() ? "" : "\t\t" + headline + "\n");
  for (std::size_t i = 0; i < rules.size(); ++i)
    text += "\t\t" + rules[i] + " # handle " + std::to_string(i + 2) + "\n";
  return text + "\t}\n";
}

CommandResult nft(FakeHost& host, std::map<std::string, FakeTable>& tables, const Argv& argv) {
  std::size_t at = 1;
  while (argv.at(at)[0] == '-') ++at;
  const std::string verb = argv.at(at), what = argv.at(at + 1);
  if (what == "ruleset") return FakeHost::result(0, "table ip filter {\n}\n");
  const std::string table = argv.at(at + 3), chain = argv.size() > at + 4 ? argv[at + 4] : "";
  const bool has_table = tables.count(table) != 0;
  const bool has_chain = has_table && tables[table].chains.count(chain) != 0;
  const CommandResult missing = FakeHost::result(1, "", "Error: No such file or directory\n");
  if (verb == "list") {
    if (!has_table || (what == "chain" && !has_chain)) return missing;
    std::string text = "table ip " + table + " { # handle 1\n";
    for (const auto& [name, content] : tables[table].chains)
      if (what == "table" || name == chain) text += chain_text(content.first, content.second);
    return FakeHost::result(0, text + "}\n");
  }
  if (verb != "add" && (!has_table || (what != "table" && !has_chain))) return missing;
  ++host.changes;
  if (what == "table") {
    if (verb == "add") tables[table];
    if (verb == "delete") tables.erase(table);
    if (verb == "flush")
      for (auto& [name, content] : tables[table].chains) content.second.clear();
    return {};
  }
  auto& [headline, rules] = tables[table].chains[chain];
  const std::string rest = rest_of(argv, at + 5);
  if (what == "chain") {
    if (verb == "add" && rest.find("policy") != std::string::npos)
      headline = "type filter hook input priority 0; policy " + split_words(rest).at(2);
    if (verb == "flush") rules.clear();
    if (verb == "delete") tables[table].chains.erase(chain);
    return {};
  }
  if (verb == "add") rules.push_back(canonical(rest));
  if (verb == "insert") rules.insert(rules.begin(), canonical(rest));
  if (verb == "delete") rules.erase(rules.begin() + std::stol(argv.at(at + 6)) - 2);
  return {};
}

}  // namespace

void install_firewalls(FakeHost& host) {
  auto chains = std::make_shared<Chains>(Chains{{"INPUT", {"ACCEPT", {}}}, {"FORWARD", {"ACCEPT", {}}},
                                                {"OUTPUT", {"ACCEPT", {"-j ACCEPT"}}}});
  FakeHost* at = &host;
  host.programs["iptables"] = [chains, at](const Command& command) { return iptables(*at, *chains, command.argv); };
  host.programs["iptables-save"] = [chains](const Command&) {
    std::string text = "# made just now\n*filter\n";
    for (const auto& [name, chain] : *chains)
      text += ":" + name + " " + (chain.policy.empty() ? "-" : chain.policy) + " [12:345]\n";
    for (const auto& line : split_lines(listing(*chains, "")))
      if (line.starts_with("-A")) text += line + "\n";
    return FakeHost::result(0, text + "COMMIT\n");
  };
  auto tables = std::make_shared<std::map<std::string, FakeTable>>();
  (*tables)["filter"].chains["input"] = {"type filter hook input priority 0; policy accept;", {"tcp dport 80 accept"}};
  host.programs["nft"] = [tables, at](const Command& command) { return nft(*at, *tables, command.argv); };
  host.programs["unshare"] = [](const Command& command) {
    for (const auto& line : split_lines(command.input))
      if (const std::size_t start = line.find("probe probed "); line.starts_with("add rule"))
        return FakeHost::result(0, chain_text("", {canonical(line.substr(start + 13))}));
    return FakeHost::result(1);
  };
}

}  // namespace halite::states
