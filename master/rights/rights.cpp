#include "master/rights/rights.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cctype>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/data/json.h"
#include "common/data/regex.h"

namespace halite::master {
namespace {

bool matches_all_of(std::string_view pattern, std::string_view text) {
  try {
    return Regex::compile(pattern).full_match(text).has_value();
  } catch (const Error&) {
    return false;  // no regular expression, or one that takes too long: it allows nothing
  }
}

// An argument as a rule sees it: as Python prints plain ones, lists and maps as JSON.
std::string text_of(const Value& value) {
  if (const auto* text = value.if_string()) return *text;
  if (const auto* flag = value.if_bool()) return *flag ? "True" : "False";
  return value.is_null() ? "None" : to_json(value);
}

std::optional<std::string> pattern_of(const Value& value, const std::string& where) {
  if (value.is_null()) return std::nullopt;
  return value.as_string(where);
}

FunctionRule function_rule(const Value& entry, const std::string& where) {
  if (const auto* name = entry.if_string()) return {*name, std::nullopt, std::nullopt};
  const Map& map = entry.as_map(where);
  if (map.size() != 1) throw Error(ErrorKind::invalid, "{}: must be a function, or a function with 'args' and 'kwargs' below it", where);
  FunctionRule rule{map.begin()->key.as_string(where), std::nullopt, std::nullopt};
  const Map& limits = map.begin()->value.as_map(where + " " + rule.pattern);
  for (const auto& [name, value] : limits) {
    const std::string what = where + " " + rule.pattern;
    if (name == Value("args")) {
      rule.args.emplace();
      for (const auto& pattern : value.as_list(what + " args")) rule.args->push_back(pattern_of(pattern, what + " args"));
    } else if (name == Value("kwargs")) {
      rule.kwargs.emplace();
      for (const auto& [key, pattern] : value.as_map(what + " kwargs"))
        rule.kwargs->emplace(key.as_string(what + " kwargs"), pattern_of(pattern, what + " kwargs"));
    } else {
      throw Error(ErrorKind::invalid, "{}: '{}' is neither args nor kwargs", what, short_text(name));
    }
  }
  return rule;
}

FunctionRule any_of(std::string pattern) { return {std::move(pattern), std::nullopt, std::nullopt}; }

// "@runner", "@wheel", or "@jobs": all of one module of the master's functions.
bool is_for_master(const std::string& name) { return name.starts_with("@"); }

Grant grant_for_master(const std::string& name, std::vector<FunctionRule> functions) {
  const std::string what = name.substr(1);
  if (what == "runner" || what == "runners") return {GrantKind::runner, {}, std::move(functions)};
  if (what == "wheel" || what == "wheels") return {GrantKind::wheel, {}, std::move(functions)};
  for (auto& function : functions)
    if (function.pattern.find('.') == std::string::npos) function.pattern = what + "." + function.pattern;
  if (functions.empty()) functions.push_back(any_of(what + ".*"));
  return {what == "key" ? GrantKind::wheel : GrantKind::runner, {}, std::move(functions)};
}

// What a minion says of itself must not decide who may do what to it.
bool asks_the_minion(const std::string& target) {
  constexpr std::string_view kinds_of_ids = "LEN";
  for (const auto& word : split_words(replace_all(replace_all(target, "(", " "), ")", " "))) {
    const bool has_letter = word.size() > 1 && word[0] >= 'A' && word[0] <= 'Z' && (word[1] == '@' || word.find('@') == 2);
    if (has_letter && kinds_of_ids.find(word[0]) == std::string_view::npos) return true;
  }
  return false;
}

target::Matcher matcher_of(const std::string& target, const Map& nodegroups, const std::string& where) {
  std::string plain;  // all its words
  const auto matcher = during(
      [&] {
        auto compiled = target::Matcher::compile(target::Kind::compound, target, ":", nodegroups);
        plain = target::plain_target(target::Kind::compound, target, nodegroups, {}).expression.as_string();
        return compiled;
      },
      "reading {}: the target '{}'", where, target);
  if (asks_the_minion(plain))
    throw Error(ErrorKind::invalid, "{}: the target '{}' goes by what minions say of themselves; rights go by ids: globs, L@, E@, N@",
                where, target);
  return matcher;
}

Grant grant_of(const Value& entry, const Map& nodegroups, const std::string& where) {
  if (const auto* name = entry.if_string()) {
    if (is_for_master(*name)) return grant_for_master(*name, {});
    return {GrantKind::minions, {}, {any_of(*name)}};
  }
  const Map& map = entry.as_map(where);
  if (map.size() != 1) throw Error(ErrorKind::invalid, "{}: must be a function, or one target with its functions", where);
  const std::string key = map.begin()->key.as_string(where);
  const Value& below = map.begin()->value;
  if (below.is_map()) return {GrantKind::minions, {}, {function_rule(entry, where)}};
  std::vector<FunctionRule> functions;
  const List list = below.is_list() ? below.as_list() : List{below};
  for (const auto& function : list) functions.push_back(function_rule(function, where + " " + key));
  if (functions.empty()) throw Error(ErrorKind::invalid, "{}: '{}' has no functions below it", where, key);
  if (is_for_master(key)) return grant_for_master(key, std::move(functions));
  return {GrantKind::minions, matcher_of(key, nodegroups, where), std::move(functions)};
}

Grants grants_of(const Value& entries, const Map& nodegroups, const std::string& where) {
  Grants grants;
  const List list = entries.is_list() ? entries.as_list() : List{entries};
  for (const auto& entry : list) grants.push_back(grant_of(entry, nodegroups, where));
  return grants;
}

std::vector<std::string> texts_of(const Map& map, const char* name) {
  const Value* value = map.find(name);
  if (!value || value->is_null()) return {};
  if (const auto* text = value->if_string()) return {*text};
  std::vector<std::string> texts;
  const std::string where = std::string("publisher_acl_blacklist ") + name;
  for (const auto& text : value->as_list(where)) texts.push_back(text.as_string(where));
  return texts;
}

// In any way that the pattern can be read: for what is forbidden, the widest reading is the safe one.
bool may_mean(std::string_view pattern, std::string_view name) {
  return pattern == name || glob_match(pattern, name) || matches_all_of(pattern, name);
}

bool any_may_mean(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return may_mean(pattern, name); });
}

bool is_identifier(std::string_view text) {
  const auto is_letter = [](unsigned char c) { return std::isalpha(c) != 0 || c == '_'; };
  return !text.empty() && is_letter(static_cast<unsigned char>(text.front())) &&
         std::all_of(text.begin(), text.end(), [&](unsigned char c) { return is_letter(c) || std::isdigit(c) != 0; });
}

struct Arguments {
  List positional;
  Map named;
};

// As a minion takes them: maps with __kwarg__ and texts like "name=value" are keyword arguments wherever they stand.
Arguments arguments_of(const RightsCall& call) {
  Arguments arguments;
  for (const auto& argument : call.arguments) {
    const auto* text = argument.if_string();
    const auto equals = text ? text->find('=') : std::string::npos;
    const Value* marker = argument.is_map() ? argument.find("__kwarg__") : nullptr;
    if (marker && *marker == Value(true)) {
      for (const auto& [name, value] : argument.as_map())
        if (name != Value("__kwarg__")) arguments.named.set(name, value);
    } else if (equals != std::string::npos && is_identifier(text->substr(0, equals))) {
      arguments.named.set(text->substr(0, equals), text->substr(equals + 1));
    } else {
      arguments.positional.push_back(argument);
    }
  }
  return arguments;
}

}  // namespace

bool is_named(std::string_view pattern, std::string_view name) {
  const bool is_regex = pattern == ".*" || pattern.find_first_of("^$(){}|+\\") != std::string_view::npos;
  return is_regex ? matches_all_of(pattern, name) : glob_match(pattern, name);
}

bool FunctionRule::allows(const RightsCall& call) const {
  if (!is_named(pattern, call.function)) return false;
  const auto [positional, named] = arguments_of(call);
  if (args) {
    if (positional.size() > args->size()) return false;
    for (std::size_t i = 0; i < args->size(); ++i) {
      if (!(*args)[i]) continue;
      if (i >= positional.size() || !matches_all_of(*(*args)[i], text_of(positional[i]))) return false;
    }
  }
  if (kwargs) {
    for (const auto& [key, value] : named) {
      const auto* name = key.if_string();
      const auto rule = name ? kwargs->find(*name) : kwargs->end();
      if (rule == kwargs->end() || (rule->second && !matches_all_of(*rule->second, text_of(value)))) return false;
    }
    for (const auto& [name, rule] : *kwargs)
      if (rule && !named.contains(name)) return false;
  }
  // Who is held to some arguments may not give others by name.
  return !args || kwargs || named.empty();
}

bool Grant::allows(const RightsCall& call) const {
  return functions.empty() || std::any_of(functions.begin(), functions.end(), [&](const auto& rule) { return rule.allows(call); });
}

bool Grant::names(std::string_view function) const {
  const auto names_it = [&](const auto& rule) { return is_named(rule.pattern, function); };
  return functions.empty() || std::any_of(functions.begin(), functions.end(), names_it);
}

bool Grant::means(std::string_view id) const { return !target || target->matches({.id = id}); }

User user_of(const std::string& name, gid_t gid) {
  User user{name, {}};
  int count = 64;
  std::vector<gid_t> ids(static_cast<std::size_t>(count));
  if (::getgrouplist(name.c_str(), gid, ids.data(), &count) < 0) {
    ids.resize(static_cast<std::size_t>(count));
    if (::getgrouplist(name.c_str(), gid, ids.data(), &count) < 0) return user;
  }
  ids.resize(static_cast<std::size_t>(count));
  for (const gid_t id : ids) {
    std::vector<char> buffer(1 << 16);
    group entry{};
    group* found = nullptr;
    if (::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0 && found) user.groups.insert(found->gr_name);
  }
  return user;
}

Rights::Rights(const RightsOptions& options) {
  add(options.publisher_acl, "publisher_acl", options.nodegroups);
  for (const auto& [key, users] : options.external_auth) {
    const std::string way = key.as_string("external_auth");
    // The kernel says who calls: the rules for users of this machine count, without a password.
    if (way == "pam") add(users.as_map("external_auth pam"), "external_auth pam", options.nodegroups);
    else log::warning("external_auth: '{}' is not asked here, nobody has rights by it; only pam, users of this machine", way);
  }
  denied_users_ = texts_of(options.publisher_acl_blacklist, "users");
  denied_functions_ = texts_of(options.publisher_acl_blacklist, "modules");
}

void Rights::add(const Map& users, const std::string& option, const Map& nodegroups) {
  for (const auto& [key, entries] : users) {
    Rule rule{key.as_string(option + ": a user"), false, {}};
    rule.grants = grants_of(entries, nodegroups, option + " " + rule.user);
    if (rule.user.ends_with("%")) {
      rule.is_group = true;
      rule.user.pop_back();
    }
    rules_.push_back(std::move(rule));
  }
}

Grants Rights::grants(const User& user) const {
  Grants grants;
  for (const auto& rule : rules_) {
    const bool is_for = rule.is_group ? user.groups.contains(rule.user) : is_named(rule.user, user.name);
    if (is_for) grants.insert(grants.end(), rule.grants.begin(), rule.grants.end());
  }
  return grants;
}

void Rights::check_denials(std::string_view user, const Value& function) const {
  if (any_may_mean(denied_users_, user)) throw Error(ErrorKind::denied, "'{}' may not run anything (publisher_acl_blacklist)", user);
  const List functions = function.is_list() ? function.as_list() : List{function};
  for (const auto& entry : functions) {
    const std::string& name = entry.as_string("a function");
    if (any_may_mean(denied_functions_, name) || any_may_mean(denied_functions_, name.substr(0, name.find('.'))))
      throw Error(ErrorKind::denied, "nobody may run {} (publisher_acl_blacklist)", name);
  }
}

}  // namespace halite::master
