// The packet filter by nftables: rules, policies, chains and tables.
#include "states/providers/nftables.h"

#include <algorithm>

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/directories.h"
#include "states/providers/firewall_words.h"
#include "states/resource.h"
#include "states/run/keywords.h"

namespace halite::states {
namespace {

constexpr const char* saved_file = "/etc/nftables.conf";

struct Rule {
  std::string name;
  std::string table = "filter", family = "ipv4", chain, policy, table_type, hook;
  std::optional<Text> priority, position;
  Value save = false;
  std::string save_filename;
  bool ignore_absence = false;

  // Derived.
  Map options;
  std::string rule, command;
  std::optional<bool> is_there;
  std::optional<std::string> has_policy;
  std::optional<std::int64_t> rule_count;
};

Schema<Rule> named(const char* doc) {
  return Schema<Rule>()
      .key(&Rule::name, "name", doc)
      .parameter(&Rule::family, "family", "One of ipv4, ipv6, inet, arp, bridge and netdev.");
}

Schema<Rule> in_table(const char* doc) {
  return named(doc).parameter(&Rule::table, "table", "Table that holds the chain.");
}

Schema<Rule> in_chain() {
  return in_table("What it is for; any text.")
      .key(&Rule::chain, "chain", "Chain, such as input.")
      .parameter(&Rule::save, "save", "Write all rules to /etc/nftables.conf, from which they come at boot.");
}

void check_words(const Rule& asked) {
  for (const auto* value : {&asked.table, &asked.chain, &asked.policy, &asked.table_type, &asked.hook})
    if (value->starts_with('-') || value->find_first_of(" \t\n;{}") != std::string::npos)
      throw Error(ErrorKind::invalid, "'{}' is no name in nftables", escape_control(*value));
}

void take_options(Rule& asked, const Map& args) {
  static const std::vector<std::string> own{"name", "family", "table", "chain", "save", "position", "state"};
  for (const auto& [key, value] : args) {
    const std::string* name = key.if_string();
    if (name && std::find(own.begin(), own.end(), *name) == own.end() && !is_engine_word(*name))
      asked.options.set(key, value);
  }
}

void save_if_asked(const Rule& want, const Nftables& nft, World& world) {
  if (want.save == Value(false) || want.save.is_null()) return;
  const std::string path = !want.save_filename.empty() ? want.save_filename
                           : want.save.is_string()     ? *want.save.if_string()
                                                       : saved_file;
  make_directories(world.host, parent_directory(path));
  world.host.replace_file(path, "#!/usr/sbin/nft -f\n\nflush ruleset\n\n" + nft.ruleset(),
                          world.host.status(path) ? FileAttributes{} : FileAttributes{.mode = 0644});
}

std::optional<Outcome> prepare_rule(Rule& asked, World& world, const char* verb) {
  check_words(asked);
  const Nftables nft(asked.family, world.host);
  asked.rule = nftables_rule(asked.options);
  if (asked.rule.empty()) throw Error(ErrorKind::invalid, "Rule needs to be specified");
  const bool inserts = std::string_view(verb) == "insert";
  asked.command = fmt::format("nft {} rule {} {} {} {}{}", verb, nft.family(), asked.table, asked.chain,
                              inserts && asked.position ? "position " + asked.position->text + " " : "", asked.rule);
  asked.is_there = std::string_view(verb) != "delete";
  const bool is_planned = world.plan.has("nftables", nft.family() + " " + asked.table + " " + asked.chain);
  if (asked.is_there == true && !is_planned && !nft.chain(asked.table, asked.chain))
    throw Error(ErrorKind::not_found, "Failed to set nftables rule for {}.\nAttempted rule was {} for {}.\nChain {} in table {} in family {} does not exist",
                asked.name, asked.command, asked.family, asked.chain, asked.table, asked.family);
  return std::nullopt;
}

const Nftables::Rule* find_rule(const Nftables::Chain& chain, const std::string& canonical) {
  for (const auto& rule : chain.rules)
    if (rule.text == canonical) return &rule;
  return nullptr;
}

std::optional<Rule> read_rule(const Rule& asked, World& world) {
  const Nftables nft(asked.family, world.host);
  Rule now = asked;
  const auto chain = nft.chain(asked.table, asked.chain);
  now.is_there = chain && find_rule(*chain, nft.canonical(asked.rule)) != nullptr;
  return now;
}

void apply_rule(const Rule& want, World& world, const char* verb) {
  const Nftables nft(want.family, world.host);
  Argv words{verb, "rule", nft.family(), want.table, want.chain};
  if (std::string_view(verb) == "delete") {
    const auto chain = nft.chain(want.table, want.chain);
    const auto* rule = chain ? find_rule(*chain, nft.canonical(want.rule)) : nullptr;
    if (rule) words.insert(words.end(), {"handle", rule->handle});
  } else {
    if (std::string_view(verb) == "insert" && want.position)
      words.insert(words.end(), {"position", want.position->text});
    words.push_back(want.rule);
  }
  try {
    nft.change(words);
  } catch (const Error& error) {
    throw Error(error.kind(), "Failed to {} nftables rule for {}.\nAttempted rule was {} for {}.\n{}",
                std::string_view(verb) == "delete" ? "delete" : "set", want.name, want.command, want.family,
                error.message());
  }
  save_if_asked(want, nft, world);
}

Map named_change(const Change<Rule>& change) {
  return {{"locale", change.asked.name}};
}

Function rule_function(const char* name, const char* doc, const char* verb) {
  Resource<Rule> rule{
      .name = "nftables",
      .schema = in_chain().parameter(&Rule::position, "position", "With insert: the handle of the rule to stand before."),
      .read = read_rule,
      .apply = {}};
  rule.derived = Schema<Rule>().property(&Rule::is_there, "rule", "The rule is there.");
  rule.take = take_options;
  rule.prepare = [verb](Rule& asked, World& world) { return prepare_rule(asked, world, verb); };
  rule.apply = [verb](const std::optional<Rule>&, const std::optional<Rule>& want, World& world) {
    apply_rule(*want, world, verb);
  };
  const bool deletes = std::string_view(verb) == "delete";
  Wording<Rule> words{.changes = named_change};
  words.correct = [deletes](const Rule& asked) {
    return deletes ? fmt::format("nftables rule for {} already absent for {} ({})", asked.name, asked.family, asked.command)
                   : fmt::format("nftables rule for {} already set ({}) for {}", asked.name, asked.command, asked.family);
  };
  words.planned = [deletes](const Change<Rule>& change) {
    const Rule& asked = change.asked;
    return deletes ? fmt::format("nftables rule for {} needs to be deleted for {} ({})", asked.name, asked.family, asked.command)
                   : fmt::format("nftables rule for {} needs to be set ({}) for {}", asked.name, asked.command, asked.family);
  };
  words.done = [deletes](const Change<Rule>& change) {
    const Rule& asked = change.asked;
    if (deletes) return fmt::format("Delete nftables rule for {} {}", asked.name, asked.command);
    const bool saves = asked.save != Value(false) && !asked.save.is_null();
    return fmt::format("Set {}nftables rule for {} to: {} for {}", saves ? "and Saved " : "", asked.name, asked.command,
                       asked.family);
  };
  return rule.ensure(name, doc,
                     {{"name", "allow ssh"}, {"chain", "input"}, {"proto", "tcp"}, {"dport", 22}, {"jump", "accept"}},
                     as_given<Rule>, words);
}

Function set_policy() {
  const auto schema =
      in_chain()
          .key(&Rule::policy, "policy", "What happens to packets that no rule decides: accept or drop.")
          .parameter(&Rule::save_filename, "save_filename", "With save: another file.");
  Resource<Rule> policy{.name = "nftables", .schema = schema, .read = {}, .apply = {}};
  policy.derived = Schema<Rule>().property(&Rule::has_policy, "policy", "The policy.");
  policy.prepare = [](Rule& asked, World& world) -> std::optional<Outcome> {
    check_words(asked);
    asked.has_policy = to_lower(asked.policy);
    const auto chain = Nftables(asked.family, world.host).chain(asked.table, asked.chain);
    if (!chain || chain->hook.empty())
      throw Error(ErrorKind::not_found, "Failed to set nftables default policy: there is no base chain {} in table {}",
                  asked.chain, asked.table);
    return std::nullopt;
  };
  policy.read = [](const Rule& asked, World& world) {
    Rule now = asked;
    const auto chain = Nftables(asked.family, world.host).chain(asked.table, asked.chain);
    now.has_policy = chain ? chain->policy : "";
    return std::optional(now);
  };
  policy.apply = [](const std::optional<Rule>&, const std::optional<Rule>& want, World& world) {
    const Nftables nft(want->family, world.host);
    nft.change({"add", "chain", nft.family(), want->table, want->chain, "{ policy " + *want->has_policy + "; }"});
    save_if_asked(*want, nft, world);
  };
  const auto state = [](const Rule& asked, const char* verb) {
    return fmt::format("nftables default policy for chain {} on table {} for {} {} {}", asked.chain, asked.table,
                       asked.family, verb, asked.policy);
  };
  Wording<Rule> words{.changes = named_change};
  words.correct = [state](const Rule& asked) { return state(asked, "already set to"); };
  words.planned = [state](const Change<Rule>& change) { return state(change.asked, "needs to be set to"); };
  words.done = [](const Change<Rule>& change) {
    return fmt::format("Set default policy for {} to {} family {}", change.asked.chain, change.asked.policy,
                       change.asked.family);
  };
  return policy.ensure("set_policy", "The base chain has this policy.",
                       {{"name", "closed"}, {"chain", "input"}, {"policy", "drop"}}, as_given<Rule>, words);
}

Function flush() {
  const auto schema =
      in_table("What it is for; any text.")
          .parameter(&Rule::chain, "chain", "Only this chain.")
          .parameter(&Rule::ignore_absence, "ignore_absence", "A table or chain that is not there is no failure.");
  Resource<Rule> rules{.name = "nftables", .schema = schema, .read = {}, .apply = {}};
  rules.derived = Schema<Rule>().property(&Rule::rule_count, "rules", "How many rules there are.");
  rules.prepare = [](Rule& asked, World& world) -> std::optional<Outcome> {
    check_words(asked);
    asked.rule_count = 0;
    const Nftables nft(asked.family, world.host);
    std::string missing;
    if (!nft.has_table(asked.table))
      missing = fmt::format("Failed to flush table {} in family {}, table does not exist.", asked.table, asked.family);
    else if (!asked.chain.empty() && !nft.chain(asked.table, asked.chain))
      missing = fmt::format("Failed to flush chain {} in table {} in family {}, chain does not exist.", asked.chain,
                            asked.table, asked.family);
    if (missing.empty()) return std::nullopt;
    return asked.ignore_absence ? unchanged("There is nothing to flush") : failed(missing);
  };
  rules.read = [](const Rule& asked, World& world) {
    const Nftables nft(asked.family, world.host);
    Rule now = asked;
    const auto chain = asked.chain.empty() ? std::nullopt : nft.chain(asked.table, asked.chain);
    now.rule_count =
        static_cast<std::int64_t>(asked.chain.empty() ? nft.rule_count(asked.table) : chain ? chain->rules.size() : 0);
    return std::optional(now);
  };
  rules.apply = [](const std::optional<Rule>&, const std::optional<Rule>& want, World& world) {
    const Nftables nft(want->family, world.host);
    if (want->chain.empty()) return nft.change({"flush", "table", nft.family(), want->table});
    nft.change({"flush", "chain", nft.family(), want->table, want->chain});
  };
  const auto told = [](const Rule& asked, const char* format) {
    return fmt::format(fmt::runtime(format), asked.table, asked.chain, asked.family);
  };
  Wording<Rule> words{.changes = named_change};
  words.correct = [told](const Rule& asked) { return told(asked, "There are no nftables rules in {} table {} chain {} family"); };
  words.planned = [told](const Change<Rule>& change) {
    return told(change.asked, "nftables rules in {} table {} chain {} family would be flushed");
  };
  words.done = [told](const Change<Rule>& change) {
    return told(change.asked, "Flush nftables rules in {} table {} chain {} family");
  };
  return rules.ensure("flush", "The table, or the chain, has no rules.", {{"name", "empty"}, {"ignore_absence", true}},
                      as_given<Rule>, words);
}

Function chain_function(const char* name, const char* doc, bool present) {
  Schema<Rule> schema = in_table("Name of the chain.");
  if (present)
    schema.parameter(&Rule::table_type, "table_type", "For a base chain: filter, nat or route.")
        .parameter(&Rule::hook, "hook", "For a base chain: input, forward, output, ...")
        .parameter(&Rule::priority, "priority", "For a base chain: its place among others, such as 0.");
  Resource<Rule> chain{.name = "nftables", .schema = schema, .read = {}, .apply = {}};
  chain.prepare = [present](Rule& asked, World& world) -> std::optional<Outcome> {
    asked.chain = asked.name;
    check_words(asked);
    const int base = !asked.table_type.empty() + !asked.hook.empty() + asked.priority.has_value();
    if (base != 0 && base != 3) throw Error(ErrorKind::invalid, "Table_type, hook, and priority required.");
    const Nftables nft(asked.family, world.host);
    if (present && !nft.has_table(asked.table) && !world.plan.has("nftables", nft.family() + " " + asked.table))
      throw Error(ErrorKind::not_found, "Failed to create {} chain in {} table: Table {} in family {} does not exist for {}",
                  asked.name, asked.table, asked.table, asked.family, asked.family);
    return std::nullopt;
  };
  chain.provides = [](const Rule& asked) {
    const std::string family = asked.family == "ipv4" ? "ip" : asked.family == "ipv6" ? "ip6" : asked.family;
    return std::vector<std::pair<std::string, std::string>>{{"nftables", family + " " + asked.table + " " + asked.name}};
  };
  chain.read = [](const Rule& asked, World& world) {
    return Nftables(asked.family, world.host).chain(asked.table, asked.chain) ? std::optional(asked) : std::nullopt;
  };
  chain.apply = [](const std::optional<Rule>& now, const std::optional<Rule>& want, World& world) {
    const Rule& which = want ? *want : *now;
    const Nftables nft(which.family, world.host);
    if (!want) {
      nft.change({"flush", "chain", nft.family(), which.table, which.chain});
      return nft.change({"delete", "chain", nft.family(), which.table, which.chain});
    }
    Argv words{"add", "chain", nft.family(), which.table, which.chain};
    if (which.priority)
      words.push_back(fmt::format("{{ type {} hook {} priority {}; }}", which.table_type, which.hook, which.priority->text));
    nft.change(words);
  };
  const auto told = [](const Rule& asked, const char* format) {
    return fmt::format(fmt::runtime(format), asked.name, asked.table, asked.family);
  };
  Wording<Rule> words{.changes = named_change};
  words.correct = [=](const Rule& asked) {
    return told(asked, present ? "nftables {} chain is already exist in {} table for {}"
                               : "nftables {} chain is already absent in {} table for {}");
  };
  words.planned = [=](const Change<Rule>& change) {
    return told(change.asked, present ? "nftables chain {} would be created in table {} for family {}"
                                      : "nftables chain {} would be deleted from table {} for family {}");
  };
  words.done = [=](const Change<Rule>& change) {
    return told(change.asked, present ? "nftables {} chain in {} table create success for {}"
                                      : "nftables {} chain in {} table delete success for {}");
  };
  return chain.ensure(name, doc, {{"name", "ssh-in"}}, present ? as_given<Rule> : nothing<Rule>, words);
}

Function table_function(const char* name, const char* doc, bool present) {
  Resource<Rule> table{.name = "nftables", .schema = named("Name of the table."), .read = {}, .apply = {}};
  table.prepare = [](Rule& asked, World&) -> std::optional<Outcome> {
    asked.table = asked.name;
    check_words(asked);
    return std::nullopt;
  };
  table.provides = [](const Rule& asked) {
    const std::string family = asked.family == "ipv4" ? "ip" : asked.family == "ipv6" ? "ip6" : asked.family;
    return std::vector<std::pair<std::string, std::string>>{{"nftables", family + " " + asked.name}};
  };
  table.read = [](const Rule& asked, World& world) {
    return Nftables(asked.family, world.host).has_table(asked.table) ? std::optional(asked) : std::nullopt;
  };
  table.apply = [](const std::optional<Rule>& now, const std::optional<Rule>& want, World& world) {
    const Rule& which = want ? *want : *now;
    const Nftables nft(which.family, world.host);
    nft.change({want ? "add" : "delete", "table", nft.family(), which.table});
  };
  const auto told = [](const Rule& asked, const char* format) {
    return fmt::format(fmt::runtime(format), asked.name, asked.family);
  };
  Wording<Rule> words{.changes = named_change};
  words.correct = [=](const Rule& asked) {
    return told(asked, present ? "nftables table {} already exists in family {}"
                               : "nftables table {} is already absent from family {}");
  };
  words.planned = [=](const Change<Rule>& change) {
    return told(change.asked, present ? "nftables table {} would be created in family {}"
                                      : "nftables table {} would be deleted from family {}");
  };
  words.done = [=](const Change<Rule>& change) {
    return told(change.asked, present ? "nftables table {} successfully created in family {}"
                                      : "nftables table {} successfully deleted from family {}");
  };
  return table.ensure(name, doc, {{"name", "extra"}}, present ? as_given<Rule> : nothing<Rule>, words);
}

}  // namespace

Module nftables() {
  return {"nftables",
          "The packet filter by nftables.",
          {rule_function("append", "The chain has the rule; a new one comes last.", "add"),
           rule_function("insert", "The chain has the rule; a new one comes first, or before another.", "insert"),
           rule_function("delete", "The chain does not have the rule.", "delete"), set_policy(), flush(),
           chain_function("chain_present", "The chain is there.", true),
           chain_function("chain_absent", "The chain and its rules are gone.", false),
           table_function("table_present", "The table is there.", true),
           table_function("table_absent", "The table and all in it are gone.", false)}};
}

}  // namespace halite::states
