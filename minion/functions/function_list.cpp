#include "minion/functions/function_list.h"

#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"

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

FunctionList::FunctionList(std::vector<Function> quick, std::function<std::vector<Function>()> rest) : make_rest_(std::move(rest)) {
  add(std::move(quick), quick_);
}

const FunctionList::Functions& FunctionList::rest() const {
  std::call_once(is_made_, [this] {
    if (make_rest_) add(make_rest_(), rest_);
  });
  return rest_;
}

bool FunctionList::is_light(const std::string& name) const {
  const auto found = quick_.find(name);
  return found != quick_.end() && found->second.is_light;
}

const Function* FunctionList::find(const std::string& name) const {
  if (const auto found = quick_.find(name); found != quick_.end()) return &found->second;
  const auto found = rest().find(name);
  return found == rest().end() ? nullptr : &found->second;
}

std::string FunctionList::unknown(const std::string& name) const {
  const auto near = nearest(name, names());
  return fmt::format("'{}' is not available.{}", escape_control(name), near ? " Did you mean '" + *near + "'?" : "");
}

std::vector<std::string> FunctionList::names() const {
  std::set<std::string> result;
  for (const auto* functions : {&quick_, &rest()})
    for (const auto& [name, function] : *functions) result.insert(name);
  return {result.begin(), result.end()};
}

std::vector<std::string> FunctionList::modules() const {
  std::set<std::string> result;
  for (const auto& name : names()) result.insert(name.substr(0, name.find('.')));
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
                       network_functions, pillar_functions, random_functions, saltutil_functions, status_functions,
                       test_functions, user_functions});
}

std::vector<Function> other_functions() {
  return functions_of({archive_functions, cp_functions, cron_functions, event_functions, file_change_functions,
                       file_content_functions, file_edit_functions, file_find_functions, file_look_functions, firewall_functions,
                       git_functions, git_look_functions, hashutil_functions, mine_functions, mount_functions,
                       pip_functions, pkg_functions, place_functions, postgres_functions, service_functions,
                       shadow_functions, ssh_functions, state_functions, state_show_functions, sys_functions,
                       system_functions});
}

}  // namespace

FunctionList all_functions() { return FunctionList(quick_functions(), other_functions); }

}  // namespace halite::minion
