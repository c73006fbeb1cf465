#include "minion/functions/function_list.h"

#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"

namespace halite::minion {

FunctionList::FunctionList(std::vector<Function> functions) {
  for (auto& function : functions) {
    std::string name = function.name;
    functions_.emplace(std::move(name), std::move(function));
  }
}

const Function* FunctionList::find(const std::string& name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : &found->second;
}

std::string FunctionList::unknown(const std::string& name) const {
  const auto near = nearest(name, names());
  return fmt::format("'{}' is not available.{}", escape_control(name), near ? " Did you mean '" + *near + "'?" : "");
}

std::vector<std::string> FunctionList::names() const {
  std::vector<std::string> result;
  for (const auto& [name, function] : functions_) result.push_back(name);
  return result;
}

std::vector<std::string> FunctionList::modules() const {
  std::set<std::string> result;
  for (const auto& [name, function] : functions_) result.insert(name.substr(0, name.find('.')));
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
  return text;
}

FunctionList all_functions() {
  std::vector<Function> all;
  for (const auto group :
       {archive_functions, cmd_functions, config_functions, cp_functions, cron_functions, environ_functions,
        event_functions, file_change_functions, file_edit_functions, file_find_functions, file_look_functions,
        firewall_functions, git_functions, git_look_functions, grains_functions, hashutil_functions,
        key_functions, match_functions, mine_functions, mount_functions, network_functions, pillar_functions,
        pip_functions, pkg_functions, place_functions, postgres_functions, random_functions,
        saltutil_functions, service_functions, shadow_functions, ssh_functions, state_functions,
        state_show_functions, status_functions, sys_functions, system_functions, test_functions,
        user_functions})
    for (auto& function : group()) all.push_back(std::move(function));
  return FunctionList(std::move(all));
}

}  // namespace halite::minion
