// The packet filter by iptables: rules, policies, chains.
#include "states/providers/iptables.h"

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/firewall_words.h"
#include "states/resource.h"
#include "states/run/keywords.h"

namespace halite::states {
namespace {

struct Rule {
  std::string name;
  std::string table = "filter", family = "ipv4", chain, policy;
  std::optional<Number> position;
  Value save = false;

  // Derived.
  Map options;
  FirewallRule rule;
  std::string command;  // as a person would type it
  std::optional<bool> is_there, is_saved;
  std::optional<std::string> has_policy;
  std::optional<std::int64_t> rule_count;
};

Schema<Rule> in_table(const char* name_doc) {
  return Schema<Rule>()
      .key(&Rule::name, "name", name_doc)
      .parameter(&Rule::table, "table", "Table: filter, nat, mangle, raw or security.")
      .parameter(&Rule::family, "family", "Either ipv4 or ipv6.");
}

Schema<Rule> rule_schema() {
  return in_table("What it is for; any text.")
      .key(&Rule::chain, "chain", "Chain, such as INPUT.")
      .parameter(&Rule::position, "position", "Where to insert it: 1 is first, -1 last.")
      .parameter(&Rule::save, "save", "Write the rules to /etc/iptables/rules.v4 (or .v6), or to the file named here.");
}

std::string save_file(const Rule& asked) {
  return asked.save.is_string() ? *asked.save.if_string() : "";
}

bool wants_save(const Rule& asked) {
  return asked.save == Value(true) || asked.save.is_string();
}

void check_words(const Rule& asked) {
  for (const auto& [value, what] : {std::pair{&asked.table, "table"}, {&asked.chain, "chain"}})
    if (value->starts_with('-') || value->find_first_of(" \t\n") != std::string::npos)
      throw Error(ErrorKind::invalid, "'{}' is no name of a {}", escape_control(*value), what);
}

// Everything that is not the engine's or ours is an option of iptables, in the order it was given.
void take_options(Rule& asked, const Map& args) {
  for (const auto& [key, value] : args) {
    const std::string* name = key.if_string();
    if (!name || *name == "name" || *name == "table" || *name == "family" || *name == "chain" || *name == "position" ||
        *name == "save" || *name == "state" || is_engine_word(*name))
      continue;
    asked.options.set(key, value);
  }
}

std::optional<Outcome> prepare_rule(Rule& asked, World& world, const char* letter) {
  check_words(asked);
  asked.rule = iptables_rule(asked.options);
  if (asked.rule.words.empty()) throw Error(ErrorKind::invalid, "Error: Rule needs to be specified");
  const std::string position = asked.position && *letter == 'I' ? std::to_string(asked.position->value) : "";
  asked.command = trim(fmt::format("{} --wait -t {} -{} {} {} {}", Iptables(asked.family, world.host).program(),
                                   asked.table, letter, asked.chain, position, asked.rule.text));
  asked.is_there = *letter != 'D';
  if (wants_save(asked)) asked.is_saved = true;
  return std::nullopt;
}

std::optional<Rule> read_rule(const Rule& asked, World& world) {
  const Iptables iptables(asked.family, world.host);
  Rule now = asked;
  now.is_there = iptables.has_rule(asked.table, asked.chain, asked.rule.words);
  if (wants_save(asked)) now.is_saved = iptables.is_saved(iptables.save_path(save_file(asked)), asked.table, asked.chain);
  return now;
}

// -1 is behind the last rule, -2 in front of it.
std::int64_t counted_position(const Rule& want, const Iptables& iptables) {
  const std::int64_t position = want.position->value;
  if (position > 0) return position;
  const auto chain = iptables.chain(want.table, want.chain);
  const auto size = static_cast<std::int64_t>(chain ? chain->rules.size() : 0);
  return std::max<std::int64_t>(1, size + position + 1);
}

void save_if_asked(const Rule& want, const Iptables& iptables) {
  if (wants_save(want)) iptables.save(iptables.save_path(save_file(want)));
}

void apply_rule(const std::optional<Rule>& now, const std::optional<Rule>& want, World& world, const char* letter) {
  const Iptables iptables(want->family, world.host);
  if (now->is_there != want->is_there) {
    Argv words{std::string("-") + letter, want->chain};
    if (*letter == 'I') words.push_back(std::to_string(counted_position(*want, iptables)));
    words.insert(words.end(), want->rule.words.begin(), want->rule.words.end());
    try {
      iptables.change(want->table, words);
    } catch (const Error& error) {
      throw Error(error.kind(), "Failed to {} iptables rule for {}.\nAttempted rule was {} for {}.\n{}",
                  *letter == 'D' ? "delete" : "set", want->name, want->command, want->family, error.message());
    }
  }
  save_if_asked(*want, iptables);
}

bool moves(const Change<Rule>& change) {
  return change.before->is_there != change.after->is_there;
}

Map rule_changes(const Change<Rule>& change) {
  if (moves(change)) return {{"locale", change.asked.name}};
  return {{"saved", change.asked.name}};
}

Function rule_function(const char* name, const char* doc, const char* letter, Map example) {
  Resource<Rule> rule{.name = "iptables", .schema = rule_schema(), .read = read_rule, .apply = {}};
  rule.derived = Schema<Rule>()
                     .property(&Rule::is_there, "rule", "The rule is there.")
                     .property(&Rule::is_saved, "saved", "The file has what the kernel has.");
  rule.take = take_options;
  rule.prepare = [letter](Rule& asked, World& world) {
    if (*letter == 'I' && !asked.position)
      throw Error(ErrorKind::invalid, "Error: Position needs to be specified or use append (-A)");
    return prepare_rule(asked, world, letter);
  };
  rule.apply = [letter](const std::optional<Rule>& now, const std::optional<Rule>& want, World& world) {
    apply_rule(now, want, world, letter);
  };
  Wording<Rule> words{.changes = rule_changes};
  if (*letter == 'D') {
    words.correct = [](const Rule& asked) {
      return fmt::format("iptables rule for {} already absent for {} ({})", asked.name, asked.family, asked.command);
    };
    words.planned = [](const Change<Rule>& change) {
      const Rule& asked = change.asked;
      return fmt::format("iptables rule for {} needs to be deleted for {} ({})", asked.name, asked.family, asked.command);
    };
    words.done = [](const Change<Rule>& change) {
      const Rule& asked = change.asked;
      return wants_save(asked)
                 ? fmt::format("Deleted and saved iptables rule {} for {}\n{}", asked.name, asked.family, asked.command)
                 : fmt::format("Delete iptables rule for {} {}", asked.name, asked.command);
    };
  } else {
    words.correct = [](const Rule& asked) {
      return fmt::format("iptables rule for {} already set ({}) for {}", asked.name, asked.command, asked.family);
    };
    words.planned = [](const Change<Rule>& change) {
      const Rule& asked = change.asked;
      return fmt::format("iptables rule for {} needs to be set ({}) for {}", asked.name, asked.command, asked.family);
    };
    words.done = [](const Change<Rule>& change) {
      const Rule& asked = change.asked;
      return wants_save(asked)
                 ? fmt::format("Set and saved iptables rule {} for {}\n{}", asked.name, asked.family, asked.command)
                 : fmt::format("Set iptables rule for {} to: {} for {}", asked.name, asked.command, asked.family);
    };
  }
  return rule.ensure(name, doc, std::move(example), as_given<Rule>, words);
}

Function set_policy() {
  const auto schema = in_table("What it is for; any text.")
                          .key(&Rule::chain, "chain", "Chain of the kernel's own, such as INPUT.")
                          .key(&Rule::policy, "policy", "What happens to packets that no rule decides: ACCEPT or DROP.")
                          .parameter(&Rule::save, "save", "Write the rules to a file too, as for append.");
  Resource<Rule> policy{.name = "iptables", .schema = schema, .read = {}, .apply = {}};
  policy.derived = Schema<Rule>()
                       .property(&Rule::has_policy, "policy", "The policy.")
                       .property(&Rule::is_saved, "saved", "The file has what the kernel has.");
  policy.prepare = [](Rule& asked, World&) -> std::optional<Outcome> {
    check_words(asked);
    asked.has_policy = asked.policy;
    if (wants_save(asked)) asked.is_saved = true;
    return std::nullopt;
  };
  policy.read = [](const Rule& asked, World& world) {
    const Iptables iptables(asked.family, world.host);
    Rule now = asked;
    const auto chain = iptables.chain(asked.table, asked.chain);
    now.has_policy = chain ? chain->policy : "";
    if (wants_save(asked)) now.is_saved = iptables.is_saved(iptables.save_path(save_file(asked)), asked.table, asked.chain);
    return std::optional(now);
  };
  policy.apply = [](const std::optional<Rule>& now, const std::optional<Rule>& want, World& world) {
    const Iptables iptables(want->family, world.host);
    if (now->has_policy != want->has_policy) iptables.change(want->table, {"-P", want->chain, want->policy});
    save_if_asked(*want, iptables);
  };
  const auto state = [](const Rule& asked, const char* verb) {
    return fmt::format("iptables default policy for chain {} on table {} for {} {} {}", asked.chain, asked.table,
                       asked.family, verb, asked.policy);
  };
  Wording<Rule> words;
  words.correct = [state](const Rule& asked) { return state(asked, "already set to"); };
  words.planned = [state](const Change<Rule>& change) { return state(change.asked, "needs to be set to"); };
  words.done = [](const Change<Rule>& change) {
    return fmt::format("Set {}default policy for {} to {} family {}", wants_save(change.asked) ? "and saved " : "",
                       change.asked.chain, change.asked.policy, change.asked.family);
  };
  words.changes = [](const Change<Rule>& change) { return Map{{"locale", change.asked.name}}; };
  return policy.ensure("set_policy", "The chain has this policy.",
                       {{"name", "closed"}, {"chain", "FORWARD"}, {"policy", "DROP"}}, as_given<Rule>, words);
}

// Without rules there is nothing to flush: a second run is right.
Function flush() {
  const auto schema = in_table("What it is for; any text.").parameter(&Rule::chain, "chain", "Only this chain.");
  Resource<Rule> rules{.name = "iptables", .schema = schema, .read = {}, .apply = {}};
  rules.derived = Schema<Rule>().property(&Rule::rule_count, "rules", "How many rules there are.");
  rules.prepare = [](Rule& asked, World&) -> std::optional<Outcome> {
    check_words(asked);
    asked.rule_count = 0;
    return std::nullopt;
  };
  rules.read = [](const Rule& asked, World& world) {
    const Iptables iptables(asked.family, world.host);
    Rule now = asked;
    if (asked.chain.empty()) {
      now.rule_count = static_cast<std::int64_t>(iptables.rule_count(asked.table));
    } else {
      const auto chain = iptables.chain(asked.table, asked.chain);
      if (!chain) throw Error(ErrorKind::not_found, "there is no chain {} in table {}", asked.chain, asked.table);
      now.rule_count = static_cast<std::int64_t>(chain->rules.size());
    }
    return std::optional(now);
  };
  rules.apply = [](const std::optional<Rule>&, const std::optional<Rule>& want, World& world) {
    Argv words{"-F"};
    if (!want->chain.empty()) words.push_back(want->chain);
    Iptables(want->family, world.host).change(want->table, words);
  };
  Wording<Rule> words;
  words.correct = [](const Rule& asked) {
    return fmt::format("There are no iptables rules in {} table {} chain {} family", asked.table, asked.chain, asked.family);
  };
  words.planned = [](const Change<Rule>& change) {
    return fmt::format("iptables rules in {} table {} chain {} family needs to be flushed", change.asked.table,
                       change.asked.chain, change.asked.family);
  };
  words.done = [](const Change<Rule>& change) {
    return fmt::format("Flush iptables rules in {} table {} chain {} family", change.asked.table, change.asked.chain,
                       change.asked.family);
  };
  words.changes = [](const Change<Rule>& change) { return Map{{"locale", change.asked.name}}; };
  return rules.ensure("flush", "The table, or the chain, has no rules.", {{"name", "empty"}, {"chain", "OUTPUT"}},
                      as_given<Rule>, words);
}

Function chain_function(const char* name, const char* doc, bool present) {
  Resource<Rule> chain{.name = "iptables", .schema = in_table("Name of the chain."), .read = {}, .apply = {}};
  chain.prepare = [](Rule& asked, World&) -> std::optional<Outcome> {
    asked.chain = asked.name;
    check_words(asked);
    return std::nullopt;
  };
  chain.read = [](const Rule& asked, World& world) {
    return Iptables(asked.family, world.host).chain(asked.table, asked.chain) ? std::optional(asked) : std::nullopt;
  };
  chain.apply = [](const std::optional<Rule>& now, const std::optional<Rule>& want, World& world) {
    const Rule& which = want ? *want : *now;
    const Iptables iptables(which.family, world.host);
    if (want) return iptables.change(which.table, {"-N", which.chain});
    iptables.change(which.table, {"-F", which.chain});
    iptables.change(which.table, {"-X", which.chain});
  };
  const auto told = [](const Rule& asked, const char* format) {
    return fmt::format(fmt::runtime(format), asked.name, asked.table, asked.family);
  };
  Wording<Rule> words;
  words.correct = [=](const Rule& asked) {
    return told(asked, present ? "iptables {} chain is already exist in {} table for {}"
                               : "iptables {} chain is already absent in {} table for {}");
  };
  words.planned = [=](const Change<Rule>& change) {
    return told(change.asked, present ? "iptables {} chain in {} table needs to be set for {}"
                                      : "iptables {} chain in {} table needs to be removed {}");
  };
  words.done = [=](const Change<Rule>& change) {
    return told(change.asked, present ? "iptables {} chain in {} table create success for {}"
                                      : "iptables {} chain in {} table delete success for {}");
  };
  words.changes = [](const Change<Rule>& change) { return Map{{"locale", change.asked.name}}; };
  return chain.ensure(name, doc, {{"name", "ssh-in"}}, present ? as_given<Rule> : nothing<Rule>, words);
}

}  // namespace

Module iptables() {
  const Map ssh{{"name", "allow ssh"}, {"chain", "INPUT"}, {"proto", "tcp"}, {"dport", 22}, {"jump", "ACCEPT"}};
  Map first = ssh;
  first.set("position", 1);
  return {"iptables",
          "The packet filter by iptables.",
          {rule_function("append", "The chain has the rule; a new one comes last. Further arguments are options of iptables.",
                         "A", ssh),
           rule_function("insert",
                         "The chain has the rule; a new one comes at the position. Further arguments are options of "
                         "iptables.",
                         "I", first),
           rule_function("delete",
                         "The chain does not have the rule. Further arguments are options of iptables. A position alone "
                         "names no rule: Salt deletes another one at each run.",
                         "D", ssh),
           set_policy(), flush(), chain_function("chain_present", "The chain is there.", true),
           chain_function("chain_absent", "The chain and its rules are gone.", false)}};
}

}  // namespace halite::states
