// git.config_set and git.config_unset: keys of a repository's configuration or of a user's.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "states/modules/git/common.h"
#include "states/modules/git/functions.h"

namespace halite::states {
namespace {

struct Config : GitAccess {
  std::string name, repo;
  bool is_global = false, all = false;
  std::optional<Text> value, value_regex;
  Value multivar;
  std::optional<std::vector<std::string>> values;                          // of config_set
  std::optional<std::map<std::string, std::vector<std::string>>> matches;  // of config_unset
};

Schema<Config> common_schema(const char* name_doc) {
  return with_git_access(Schema<Config>()
                             .key(&Config::name, "name", name_doc)
                             .parameter(&Config::repo, "repo", "The repository. Needed unless `global` is true.")
                             .parameter(&Config::is_global, "global", "The user's own configuration, not a repository's."));
}

Schema<Config> set_schema() {
  return common_schema("The key, such as user.name.")
      .parameter(&Config::value, "value", "The one value of the key.")
      .parameter(&Config::multivar, "multivar", "All values of the key, in order: a list, or text with commas.");
}

Schema<Config> unset_schema() {
  return common_schema("Regular expression for the whole of the keys to unset.")
      .parameter(&Config::value_regex, "value_regex", "Only values that this regular expression matches.")
      .parameter(&Config::all, "all", "Unset every value of a key that has several.");
}

void check(const Config& asked, World& world) {
  if (!asked.is_global && asked.repo.empty())
    throw Error(ErrorKind::invalid, "Non-global config options require the 'repo' argument to be set");
  if (asked.name.starts_with('-')) throw Error(ErrorKind::invalid, "'{}' is no key of git's", asked.name);
  if (!asked.is_global && !has_directory(world, asked.repo))
    throw Error(ErrorKind::not_found, "There is no repository {}", asked.repo);
}

std::string place(const Config& asked) { return asked.is_global ? "" : asked.repo; }

// A repository, the user or git that an earlier state of a dry run would make has no keys yet.
bool can_look(const Config& asked, World& world) {
  if (is_git_only_planned(asked.user, world)) return false;
  return asked.is_global || world.host.status_of_target(asked.repo).has_value();
}

std::optional<Outcome> prepare_set(Config& asked, World& world) {
  if (asked.value && !asked.multivar.is_null())
    throw Error(ErrorKind::invalid, "Only one of 'value' and 'multivar' is permitted");
  if (!asked.value && asked.multivar.is_null())
    throw Error(ErrorKind::invalid, "One of 'value' and 'multivar' is needed");
  check(asked, world);
  if (asked.value)
    asked.values = {asked.value->text};
  else if (asked.multivar.is_list())
    asked.values = Convert<TextList>::decode(asked.multivar).items;
  else
    asked.values = split(python_text(asked.multivar), ',');
  return std::nullopt;
}

std::optional<Config> read_set(const Config& asked, World& world) {
  Config found;
  found.values.emplace();
  if (can_look(asked, world)) found.values = git_of(asked, world).config(asked.name, place(asked));
  return found;
}

void apply_set(const std::optional<Config>&, const std::optional<Config>& want, World& world) {
  const Git git = git_of(*want, world);
  const char* mode = "--replace-all";
  for (const auto& value : *want->values) {
    git.run({"config", want->is_global ? "--global" : "--local", mode, want->name, value}, place(*want));
    mode = "--add";
  }
}

Map changes_set(const Change<Config>& change) {
  const auto shown = [](const std::vector<std::string>& values) { return values.empty() ? Value() : Value(values); };
  return {{change.asked.name, Map{{"old", shown(*change.before->values)}, {"new", shown(*change.after->values)}}}};
}

std::string key_text(const Config& asked) {
  return fmt::format("{}'{}'", asked.is_global ? "Global key " : "", asked.name);
}

// One value in quotes, several as Python prints a list.
std::string values_text(const Config& asked) {
  const std::string all = "'" + join(*asked.values, "', '") + "'";
  return asked.value ? all : "[" + all + "]";
}

Wording<Config> set_words() {
  Wording<Config> words;
  words.correct = [](const Config& asked) {
    return fmt::format("{} is already set to {}", key_text(asked), values_text(asked));
  };
  words.planned = [](const Change<Config>& change) {
    return fmt::format("{} would be {} {}", key_text(change.asked), change.before->values->empty() ? "added as" : "set to",
                       values_text(change.asked));
  };
  words.done = [](const Change<Config>& change) {
    return fmt::format("{} was {} {}", key_text(change.asked), change.before->values->empty() ? "added as" : "set to",
                       values_text(change.asked));
  };
  words.changes = changes_set;
  return words;
}

std::map<std::string, std::vector<std::string>> matches_of(const Config& asked, World& world) {
  if (!can_look(asked, world)) return {};
  std::string key = asked.name;
  if (!key.starts_with('^')) key.insert(0, "^");
  if (!key.ends_with('$')) key += "$";
  return git_of(asked, world).config_matching(key, asked.value_regex ? asked.value_regex->text : "", place(asked));
}

std::optional<Outcome> prepare_unset(Config& asked, World& world) {
  check(asked, world);
  std::vector<std::string> several;
  for (const auto& [key, values] : matches_of(asked, world))
    if (values.size() > 1) several.push_back(fmt::format("{} ({})", key, join(values, ", ")));
  if (!asked.all && !several.empty())
    throw Error(ErrorKind::invalid, "{} (set 'all' to True to force removal): {}",
                asked.value_regex ? "Multiple values are matched by value_regex for the following keys"
                                  : "Multivar(s) matched by the key expression",
                join(several, "; "));
  asked.matches.emplace();
  return std::nullopt;
}

std::optional<Config> read_unset(const Config& asked, World& world) {
  Config found;
  found.matches = matches_of(asked, world);
  return found;
}

void apply_unset(const std::optional<Config>& now, const std::optional<Config>& want, World& world) {
  const Git git = git_of(*want, world);
  for (const auto& [key, values] : *now->matches) {
    Argv words{"config", want->is_global ? "--global" : "--local", want->all ? "--unset-all" : "--unset", key};
    if (want->value_regex) words.push_back(want->value_regex->text);
    try {
      git.run(words, place(*want));
    } catch (const Error& error) {
      throw Error(error.kind(), "Failed to unset '{}': {}", key, error.message());
    }
  }
}

Map changes_unset(const Change<Config>& change) {
  Map shown;
  for (const auto& [key, values] : *change.before->matches)
    if (!change.after->matches->count(key)) shown.set(key, values);
  return shown;
}

Wording<Config> unset_words() {
  Wording<Config> words;
  words.correct = [](const Config&) -> std::string { return "No matching keys are set"; };
  words.planned = [](const Change<Config>& change) {
    return fmt::format("{} key(s) would have value(s) unset", change.before->matches->size());
  };
  words.done = [](const Change<Config>&) -> std::string { return "Value(s) successfully unset"; };
  words.changes = changes_unset;
  return words;
}

}  // namespace

Function git_config_set() {
  Resource<Config> config{.name = "git", .schema = set_schema(), .read = read_set, .apply = apply_set};
  config.derived = Schema<Config>().property(&Config::values, "values", "The values of the key.");
  config.prepare = prepare_set;
  return config.ensure("config_set", "A key of git's configuration has this value or these.",
                       {{"name", "user.email"}, {"value", "deploy@example.org"}, {"global", true}}, as_given<Config>,
                       set_words());
}

Function git_config_unset() {
  Resource<Config> config{.name = "git", .schema = unset_schema(), .read = read_unset, .apply = apply_unset};
  config.derived = Schema<Config>().property(&Config::matches, "keys", "The keys that match, with their values.");
  config.prepare = prepare_unset;
  return config.ensure("config_unset", "No key of git's configuration matches.",
                       {{"name", "user\\.email"}, {"global", true}}, as_given<Config>, unset_words());
}

}  // namespace halite::states
