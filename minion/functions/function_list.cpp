#include "minion/functions/function_list.h"

#include <algorithm>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/salt_arguments.h"
#include "states/registry.h"

namespace halite::minion {

namespace {

template <class Functions>
void add(std::vector<Function> functions, Functions& to) {
  for (auto& function : functions) {
    std::string name = function.name;
    to.emplace(std::move(name), std::move(function));
  }
}

}  // namespace

FunctionList::FunctionList(std::vector<Function> quick, std::vector<Group> rest, Limits limits)
    : limits_(std::move(limits)), unmade_(std::move(rest)) {
  add(std::move(quick), quick_);
}

void FunctionList::make(std::string_view module) const {
  const std::lock_guard lock(mutex_);
  std::erase_if(unmade_, [&](const Group& group) {
    const bool is_asked = module.empty() || std::find(group.modules.begin(), group.modules.end(), module) != group.modules.end();
    if (is_asked) add(group.make(), rest_);
    return is_asked;
  });
}

bool FunctionList::is_light(const std::string& name) const {
  const auto found = quick_.find(name);
  return (found != quick_.end() && found->second.is_light) || !limits_.refusal(name).empty();
}

const Function* FunctionList::find(const std::string& name) const {
  if (!limits_.refusal(name).empty()) return nullptr;
  if (const auto found = quick_.find(name); found != quick_.end()) return &found->second;
  const std::string module = name.substr(0, name.find('.'));
  if (module.empty()) return nullptr;
  make(module);
  const std::lock_guard lock(mutex_);
  const auto found = rest_.find(name);
  return found == rest_.end() ? nullptr : &found->second;
}

std::string FunctionList::unknown(const std::string& name) const {
  if (const std::string why = limits_.refusal(name); !why.empty())
    return fmt::format("'{}' is not available: {}.", escape_control(name), why);
  const std::string known = fmt::format("'{}' is not available.", escape_control(name));
  // Who comes from an SLS file takes a state for a function.
  const auto states = states::registry().names();
  if (std::find(states.begin(), states.end(), name) != states.end())
    return fmt::format("{} It is a state, for SLS files; by itself: state.single {} NAME ...", known, name);
  const auto functions = names();
  std::vector<std::string> all = functions;
  all.insert(all.end(), states.begin(), states.end());
  const auto near = nearest(name, all);
  if (!near) return known;
  const bool is_state = std::find(functions.begin(), functions.end(), *near) == functions.end();
  return fmt::format("{} Did you mean {}'{}'?", known, is_state ? "the state " : "", *near);
}

std::vector<std::string> FunctionList::names() const {
  make("");
  const std::lock_guard lock(mutex_);
  std::set<std::string> result;
  for (const Functions* functions : {&quick_, static_cast<const Functions*>(&rest_)})
    for (const auto& [name, function] : *functions)
      if (limits_.refusal(name).empty()) result.insert(name);
  return {result.begin(), result.end()};
}

std::vector<std::string> FunctionList::modules() const {
  std::set<std::string> result;
  for (const auto& name : names()) result.insert(name.substr(0, name.find('.')));
  return {result.begin(), result.end()};
}

std::vector<std::string> FunctionList::all_modules() const {
  const std::lock_guard lock(mutex_);
  std::set<std::string> result;
  for (const Functions* functions : {&quick_, static_cast<const Functions*>(&rest_)})
    for (const auto& [name, function] : *functions) result.insert(name.substr(0, name.find('.')));
  for (const auto& group : unmade_) result.insert(group.modules.begin(), group.modules.end());
  return {result.begin(), result.end()};
}

std::string FunctionList::doc(const Function& function) {
  std::string text = function.doc + "\n";
  if (!function.fields.empty()) text += "\nArguments:\n";
  for (const auto& field : function.fields) {
    const bool is_needed = field.role == Role::required || field.role == Role::key;
    text += "    " + field.name + " (" + field.type;
    if (is_needed) text += ", required";
    else if (!field.default_text.empty()) text += ", default " + field.default_text;
    text += "): " + field.doc + "\n";
  }
  if (function.takes_any) text += "\nTakes any further arguments.\n";
  const auto left = left_out_of(function.name);
  if (!left.empty()) text += "\nLeft out of what Salt documents:\n";
  for (const auto* row : left) text += fmt::format("    {}: {}{}.\n", row->argument, row->is_harmless ? "without effect, " : "", row->why);
  return text;
}

namespace {

std::vector<Function> functions_of(std::initializer_list<std::vector<Function> (*)()> groups) {
  std::vector<Function> all;
  for (const auto group : groups)
    for (auto& function : group()) all.push_back(std::move(function));
  return all;
}

// Groups of light functions. None of them needs the states.
std::vector<Function> quick_functions() {
  return functions_of({cmd_functions, config_functions, environ_functions, grains_functions, key_functions, match_functions,
                       network_functions, pillar_functions, random_functions, saltutil_functions, schedule_functions, status_functions,
                       test_functions, user_functions});
}

std::vector<FunctionList::Group> other_functions() {
  return {{{"archive"}, archive_functions},
          {{"cp"}, cp_functions},
          {{"cp"}, cp_push_functions},
          {{"cron"}, cron_functions},
          {{"data"}, data_functions},
          {{"dnsutil"}, dnsutil_functions},
          {{"dnsutil"}, dnsutil_zone_functions},
          {{"event"}, event_functions},
          {{"file"}, file_change_functions},
          {{"file"}, file_content_functions},
          {{"file"}, file_edit_functions},
          {{"file"}, file_find_functions},
          {{"file"}, file_look_functions},
          {{"file"}, file_other_functions},
          {{"iptables", "nftables"}, firewall_functions},
          {{"git"}, git_functions},
          {{"git"}, git_look_functions},
          {{"hashutil"}, hashutil_functions},
          {{"http"}, http_functions},
          {{"ini"}, ini_functions},
          {{"lowpkg"}, lowpkg_functions},
          {{"mine"}, mine_functions},
          {{"mount", "disk"}, mount_functions},
          {{"disk"}, disk_change_functions},
          {{"network"}, network_look_functions},
          {{"network"}, network_sockets_functions},
          {{"pip"}, pip_functions},
          {{"pkg"}, pkg_functions},
          {{"pkg"}, pkg_look_functions},
          {{"alternatives", "hosts", "kmod", "locale", "sysctl", "timezone"}, place_functions},
          {{"postgres"}, postgres_functions},
          {{"postgres"}, postgres_objects_functions},
          {{"publish"}, publish_functions},
          {{"service"}, service_functions},
          {{"shadow", "user", "group"}, shadow_functions},
          {{"shadow", "user", "group"}, user_change_functions},
          {{"ssh"}, ssh_functions},
          {{"ssh"}, ssh_key_file_functions},
          {{"ssh"}, ssh_known_hosts_functions},
          {{"state"}, state_functions},
          {{"state"}, state_given_functions},
          {{"state"}, state_show_functions},
          {{"state"}, state_switch_functions},
          {{"status"}, status_look_functions},
          {{"sys"}, sys_functions},
          {{"system"}, system_functions},
          {{"system"}, system_set_functions},
          {{"virtualenv"}, virtualenv_functions}};
}

}  // namespace

FunctionList all_functions(Limits limits) { return FunctionList(quick_functions(), other_functions(), std::move(limits)); }

}  // namespace halite::minion
