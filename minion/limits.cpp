#include "minion/limits.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base/strings.h"
#include "minion/execute.h"

namespace halite::minion {
namespace {

// Salt knows a module by its file and by what it calls itself.
constexpr auto file_names = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"aptpkg", "pkg"},       {"cmdmod", "cmd"},         {"debian_service", "service"}, {"dpkg_lowpkg", "lowpkg"},
    {"groupadd", "group"},   {"linux_shadow", "shadow"}, {"linux_sysctl", "sysctl"},   {"mod_random", "random"},
    {"sysmod", "sys"},       {"systemd_service", "service"}, {"useradd", "user"},      {"virtualenv_mod", "virtualenv"},
});

std::vector<std::string> own_names(const std::vector<std::string>& names) {
  std::vector<std::string> own;
  for (const auto& name : names) {
    const auto known = std::find_if(file_names.begin(), file_names.end(), [&](const auto& pair) { return pair.first == name; });
    own.emplace_back(known == file_names.end() ? std::string_view(name) : known->second);
  }
  return own;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A condition that is, or has among its entries, a command rather than a function.
bool has_command(const Value& condition) {
  if (const List* entries = condition.if_list()) return std::any_of(entries->begin(), entries->end(), has_command);
  return !condition.is_map() && !condition.is_null() && !condition.is_bool();
}

bool is_set(const Value& value) { return !value.is_null() && value != Value(false) && value != Value(0) && value != Value(""); }

bool is_listed(const Value& names, const std::string& name) {
  if (const List* list = names.if_list()) return std::find(list->begin(), list->end(), Value(name)) != list->end();
  return false;
}

// Whether a blackout that these facts declare forbids the function.
bool forbids(const Value& declared, const Value& whitelist, const std::string& function) {
  return is_set(declared) && function != "saltutil.refresh_pillar" && function != "saltutil.find_job" && !is_listed(whitelist, function);
}

Value value_of(const Map& map, const char* name) {
  const Value* value = map.find(name);
  return value ? *value : Value();
}

}  // namespace

Limits::Limits(const MinionSettings& settings)
    : disabled_(own_names(settings.disable_modules)), allowed_(own_names(settings.whitelist_modules)) {}

std::string Limits::refusal_of_module(const std::string& module) const {
  if (holds(disabled_, module)) return fmt::format("this minion's disable_modules names '{}'", escape_control(module));
  if (!allowed_.empty() && !holds(allowed_, module))
    return fmt::format("this minion's whitelist_modules does not name '{}'", escape_control(module));
  return {};
}

std::string Limits::refusal(std::string_view function) const {
  if (function == "saltutil.find_job") return {};
  return refusal_of_module(std::string(function.substr(0, function.find('.'))));
}

std::vector<std::string> Limits::wrong_names(const std::vector<std::string>& modules) const {
  std::vector<std::string> sentences;
  for (const auto& [option, names] : {std::pair("disable_modules", &disabled_), std::pair("whitelist_modules", &allowed_)})
    for (const auto& name : *names)
      if (!holds(modules, name))
        sentences.push_back(fmt::format("{} names '{}', and there is no such module{}", option, escape_control(name), did_you_mean(name, modules)));
  return sentences;
}

std::vector<std::string> Limits::problems(const List& low) const {
  std::vector<std::string> problems;
  if (disabled_.empty() && allowed_.empty()) return problems;
  const std::string no_commands = refusal_of_module("cmd");
  for (const auto& item : low) {
    const Map& chunk = item.as_map("a state");
    const std::string id = value_of(chunk, "__id__").if_string() ? value_of(chunk, "__id__").as_string() : "";
    const std::string state = value_of(chunk, "state").as_string("a state's module");
    const auto tell = [&](const std::string& what, const std::string& why) {
      problems.push_back(fmt::format("{}: the state '{}' may not run: {}", what, escape_control(id), why));
    };
    if (const std::string why = refusal_of_module(state); !why.empty()) tell(state, why);
    if (no_commands.empty()) continue;
    for (const char* condition : {"onlyif", "unless", "check_cmd"})
      if (has_command(value_of(chunk, condition))) tell(condition, no_commands);
  }
  return problems;
}

std::optional<std::string> blackout(const Job& job, const Tools& tools) {
  const Value by_grains = tools.grains.get("minion_blackout"), grains_list = tools.grains.get("minion_blackout_whitelist");
  const Map pillar = tools.pillar.current();
  const Value by_pillar = value_of(pillar, "minion_blackout"), pillar_list = value_of(pillar, "minion_blackout_whitelist");
  const List names = job.is_multiple() ? job.fun.as_list() : List{job.fun};
  for (const auto& item : names) {
    const std::string& name = item.as_string("a function");
    if (forbids(by_grains, grains_list, name) || forbids(by_pillar, pillar_list, name))
      return fmt::format("ERROR executing '{}': Minion in blackout mode. Set 'minion_blackout' to False in pillar or grains to "
                         "resume operations. Only saltutil.refresh_pillar allowed in blackout mode.", escape_control(name));
  }
  return std::nullopt;
}

}  // namespace halite::minion
