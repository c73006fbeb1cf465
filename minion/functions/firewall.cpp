// iptables.* and nftables.*: the packet filter.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "states/arguments.h"
#include "states/providers/firewall_words.h"
#include "states/providers/iptables.h"
#include "states/providers/nftables.h"

namespace halite::minion {
namespace {

struct Place {
  std::string table = "filter", chain, rule, family = "ipv4", filename, policy;
  std::optional<states::Number> position;
};

using states::Iptables;
using states::Nftables;

Value version_of(const char* program, Call& call) {
  const auto words = split_words(call.tools.host.run({program, "--version"}));
  return words.size() > 1 ? words[1] : "";
}

Schema<Place> in_table() {
  return Schema<Place>()
      .optional(&Place::table, "table", "Table.")
      .optional(&Place::chain, "chain", "Chain of the table.");
}

Schema<Place> with_family(Schema<Place> schema) {
  return schema.optional(&Place::family, "family", "ipv4, ipv6 and, for nftables, others.");
}

Schema<Place> with_rule() {
  return with_family(in_table().required(&Place::rule, "rule", "The rule as the program takes it."));
}

Value change(const Place& args, Call& call, Argv words, bool with_rule_words) {
  if (with_rule_words)
    for (const auto& word : split_words(args.rule)) words.push_back(word);
  Iptables(args.family, call.tools.host).change(args.table, words);
  return true;
}

Value get_rules(const Place& args, Call& call) {
  return Iptables(args.family, call.tools.host).saved_form();
}

Value get_policy(const Place& args, Call& call) {
  const auto chain = Iptables(args.family, call.tools.host).chain(args.table, args.chain);
  return chain && !chain->policy.empty() ? Value(chain->policy) : Value();
}

Value save(const Place& args, Call& call) {
  const Iptables iptables(args.family, call.tools.host);
  const std::string path = iptables.save_path(args.filename);
  iptables.save(path);
  return path;
}

Value insert(const Place& args, Call& call) {
  return change(args, call, {"-I", args.chain, std::to_string(args.position ? args.position->value : 1)}, true);
}

Value remove(const Place& args, Call& call) {
  if (!args.position) return change(args, call, {"-D", args.chain}, true);
  return change(args, call, {"-D", args.chain, std::to_string(args.position->value)}, false);
}

Value build_iptables(const Arguments& args, Call&) { return states::iptables_rule(args.named).text; }
Value build_nftables(const Arguments& args, Call&) { return states::nftables_rule(args.named); }

Value told(bool result, const std::string& comment) { return Map{{"result", result}, {"comment", comment}}; }

Value check_nft(const Place& args, Call& call) {
  const Nftables nft(args.family, call.tools.host);
  const auto chain = nft.chain(args.table, args.chain);
  bool is_there = false;
  const std::string wanted = nft.canonical(args.rule);
  for (const auto& rule : chain ? chain->rules : std::vector<Nftables::Rule>()) is_there = is_there || rule.text == wanted;
  return told(is_there, fmt::format("Rule {} in chain {} in table {} in family {} {}", args.rule, args.chain, args.table,
                                    args.family, is_there ? "exists" : "does not exist"));
}

Value check_nft_chain(const Place& args, Call& call) {
  const bool is_there = Nftables(args.family, call.tools.host).chain(args.table, args.chain).has_value();
  return told(is_there, fmt::format("Chain {} in table {} in family {} {}", args.chain, args.table, args.family,
                                    is_there ? "exists" : "does not exist"));
}

Value check_nft_table(const Place& args, Call& call) {
  const bool is_there = Nftables(args.family, call.tools.host).has_table(args.table);
  return told(is_there, fmt::format("Table {} in family {} {}", args.table, args.family,
                                    is_there ? "exists" : "does not exist"));
}

}  // namespace

std::vector<Function> firewall_functions() {
  const auto chain = with_family(in_table());
  const auto placed = Schema<Place>(with_rule()).optional(&Place::position, "position", "Place in the chain; 1 is first.");
  const auto family = with_family({});
  return {
      function<Place>("iptables.version", "The version of iptables.", family,
                      [](const Place& a, Call& c) { return version_of(a.family == "ipv6" ? "ip6tables" : "iptables", c); }),
      free_function("iptables.build_rule", "The rule that arguments such as proto and dport make.", build_iptables),
      function<Place>("iptables.get_rules", "All rules, as iptables-save gives them.", family, get_rules),
      function<Place>("iptables.get_policy", "The policy of a chain; null when it has none.", chain, get_policy),
      function<Place>("iptables.check", "Is the rule there?", with_rule(),
                      [](const Place& a, Call& c) -> Value {
                        return Iptables(a.family, c.tools.host).has_rule(a.table, a.chain, split_words(a.rule));
                      }),
      function<Place>("iptables.check_chain", "Is the chain there?", chain,
                      [](const Place& a, Call& c) -> Value {
                        return Iptables(a.family, c.tools.host).chain(a.table, a.chain).has_value();
                      }),
      function<Place>("iptables.append", "Adds a rule at the end of a chain.", with_rule(),
                      [](const Place& a, Call& c) { return change(a, c, {"-A", a.chain}, true); }),
      function<Place>("iptables.insert", "Adds a rule at a place in a chain.", placed, insert),
      function<Place>("iptables.delete", "Removes a rule, or the one at a place.",
                      Schema<Place>(with_family(in_table()))
                          .optional(&Place::rule, "rule", "The rule.")
                          .optional(&Place::position, "position", "Its place in the chain."),
                      remove),
      function<Place>("iptables.new_chain", "Makes a chain.", chain,
                      [](const Place& a, Call& c) { return change(a, c, {"-N", a.chain}, false); }),
      function<Place>("iptables.delete_chain", "Removes an empty chain.", chain,
                      [](const Place& a, Call& c) { return change(a, c, {"-X", a.chain}, false); }),
      function<Place>("iptables.flush", "Removes the rules of a table or chain.", chain,
                      [](const Place& a, Call& c) {
                        return change(a, c, a.chain.empty() ? Argv{"-F"} : Argv{"-F", a.chain}, false);
                      }),
      function<Place>("iptables.set_policy", "Sets the policy of a chain.",
                      Schema<Place>(with_family(in_table().required(&Place::policy, "policy", "ACCEPT or DROP."))),
                      [](const Place& a, Call& c) { return change(a, c, {"-P", a.chain, a.policy}, false); }),
      function<Place>("iptables.save", "Writes the rules to a file; gives its path.",
                      with_family(Schema<Place>().optional(&Place::filename, "filename", "The file.")), save),
      function("nftables.version", "The version of nftables.",
               [](const None&, Call& call) { return version_of("nft", call); }),
      free_function("nftables.build_rule", "The rule that arguments such as proto and dport make.", build_nftables),
      function<Place>("nftables.get_rules", "All rules, as nft lists them.", family,
                      [](const Place& a, Call& c) -> Value { return Nftables(a.family, c.tools.host).ruleset(); }),
      function<Place>("nftables.check", "Is the rule there?", with_rule(), check_nft),
      function<Place>("nftables.check_chain", "Is the chain there?", chain, check_nft_chain),
      function<Place>("nftables.check_table", "Is the table there?", chain, check_nft_table),
      state_backed({.name = "nftables.new_table", .doc = "Makes a table.", .state = "nftables.table_present",
                    .renames = {{"table", "name"}}}),
      state_backed({.name = "nftables.delete_table", .doc = "Removes a table.", .state = "nftables.table_absent",
                    .renames = {{"table", "name"}}}),
      state_backed({.name = "nftables.new_chain", .doc = "Makes a chain.", .state = "nftables.chain_present",
                    .order = {"table", "chain"}, .renames = {{"chain", "name"}}}),
      state_backed({.name = "nftables.delete_chain", .doc = "Removes a chain.", .state = "nftables.chain_absent",
                    .order = {"table", "chain"}, .renames = {{"chain", "name"}}}),
      state_backed({.name = "nftables.flush", .doc = "Removes the rules of a table or chain.", .state = "nftables.flush",
                    .order = {"table", "chain", "family"}}),
  };
}

}  // namespace halite::minion
