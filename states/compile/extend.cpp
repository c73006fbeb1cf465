// `extend` and `exclude`.
#include "states/compile/extend.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

bool is_single(const Value& value) {
  return value.is_map() && value.if_map()->size() == 1;
}

const List* arguments_of(const Value& body, const std::string& state) {
  const auto* found = body.find(state);
  return found ? found->if_list() : nullptr;
}

std::string first_state(const Map& body) {
  for (const auto& entry : body)
    if (!is_internal(entry.key)) return text_of(entry.key);
  return "";
}

bool is_excluded_sls(const Map& high, const std::string& sls) {
  const auto* excludes = high.find("__exclude__");
  if (!excludes || !excludes->is_list()) return false;
  return std::any_of(excludes->if_list()->begin(), excludes->if_list()->end(), [&](const Value& exclude) {
    const auto* named = exclude.find("sls");
    return exclude == Value(sls) || (named && *named == Value(sls));
  });
}

// A requisite's list is joined to the one there is; everything else replaces it.
void merge_argument(Value& there, const Map::Entry& argument, const Value& whole) {
  const auto* key = argument.key.if_string();
  auto* held = key && is_requisite(*key) ? there.edit_map().edit(argument.key) : nullptr;
  if (!held || !held->is_list() || !argument.value.is_list()) {
    there = whole;
    return;
  }
  const List more = *argument.value.if_list();
  auto& list = held->edit_list();
  list.insert(list.end(), more.begin(), more.end());
}

void extend_argument(List& arguments, const Value& argument) {
  const auto* added = first_entry(argument);
  bool is_done = false;
  for (auto& there : arguments) {
    if (argument.is_string() && there.is_string()) {
      there = argument;  // another function
      is_done = true;
      continue;
    }
    const auto* first = first_entry(there);
    if (!added || !first) continue;
    const auto key = first->key;
    if (added->key == key) {
      merge_argument(there, *added, argument);
      is_done = true;
    } else if (added->key == Value("name") && key == Value("names")) {
      there = argument;
    }
  }
  if (!is_done) arguments.push_back(argument);
}

void extend_state(Map& high, const Value& id, const Map& body) {
  auto* target = high.edit(id);
  for (const auto& [state, arguments] : body) {
    if (is_internal(state)) continue;
    auto& states = target->edit_map();
    auto* there = states.edit(state);
    if (!there || !there->is_list() || !arguments.is_list()) {
      states.set(state, arguments);
      continue;
    }
    for (const auto& argument : *arguments.if_list()) extend_argument(there->edit_list(), argument);
  }
}

std::string cannot_extend(const Value& name, const Map& body) {
  return fmt::format(
      "Cannot extend ID '{0}' in '{1}:{2}'. It is not part of the high state.\nThis is likely due to a missing include "
      "statement or an incorrectly typed ID.\nEnsure that a state with an ID of '{0}' is available\nin environment "
      "'{1}' and to SLS '{2}'",
      text_of(name), text_at(body, "__env__", "base"), text_at(body, "__sls__", "base"));
}

void apply_extend(Map& high, const Value& name, const Map& body, bool is_strict, std::vector<std::string>& errors) {
  const auto state = first_state(body);
  if (state.empty()) return;
  auto id = name;
  const auto* target = high.find(name);
  if (!target || !target->find(state)) {
    const auto found = find_states(name, state, high, is_strict);
    if (found.size() != 1) {
      errors.push_back(cannot_extend(name, body));
      return;
    }
    id = found[0].id;
    target = high.find(id);
  }
  if (target && target->is_map() && !is_excluded_sls(high, text_at(body, "__sls__"))) extend_state(high, id, body);
}

}  // namespace

std::vector<StateName> states_of_sls(const Value& sls, const Map& high) {
  std::vector<StateName> found;
  for (const auto& [id, body] : high) {
    const auto* place = body.find("__sls__");
    if (!place || !(*place == sls)) continue;
    for (const auto& entry : *body.if_map())
      if (!is_internal(entry.key)) found.push_back({id, text_of(entry.key)});
  }
  return found;
}

std::vector<StateName> find_states(const Value& name, const std::string& state, const Map& high, bool is_strict) {
  std::vector<StateName> found;
  const bool is_id = !name.is_list() && !name.is_map() && high.find(name);
  if (is_id && (!is_strict || high.find(name)->find(state))) return {{name, state}};
  if (state == "sls") {
    for (const auto& [id, body] : high)
      if (const auto* place = body.find("__sls__"); place && *place == name)
        found.push_back({id, first_state(*body.if_map())});
    return found;
  }
  for (const auto& [id, body] : high) {
    const auto* arguments = arguments_of(body, state);
    if (!arguments) continue;
    for (const auto& argument : *arguments)
      if (is_single(argument) && first_entry(argument)->value == name) found.push_back({id, state});
  }
  return found;
}

void drop_repeated_extends(Map& high) {
  auto* extends = high.edit("__extend__");
  if (!extends || !extends->is_list()) return;
  List unique;
  for (const auto& extend : *extends->if_list()) {
    if (!extend.is_map()) continue;
    for (const auto& [name, body] : *extend.if_map()) {
      Value single = Map{{name, body}};
      if (std::find(unique.begin(), unique.end(), single) == unique.end()) unique.push_back(std::move(single));
    }
  }
  *extends = std::move(unique);
}

void apply_extends(Map& high, bool is_strict, std::vector<std::string>& errors) {
  const auto extends = high.erase(Value("__extend__"));
  if (!extends || !extends->is_list()) return;
  for (const auto& extend : *extends->if_list()) {
    if (!extend.is_map()) continue;
    for (const auto& [name, body] : *extend.if_map())
      if (body.is_map()) apply_extend(high, name, *body.if_map(), is_strict, errors);
  }
}

void apply_excludes(Map& high) {
  const auto excludes = high.erase(Value("__exclude__"));
  if (!excludes || !excludes->is_list()) return;
  std::vector<std::string> globs;
  std::vector<Value> ids;
  for (const auto& exclude : *excludes->if_list()) {
    if (const auto* text = exclude.if_string()) globs.push_back(*text);
    if (!is_single(exclude)) continue;
    if (const auto* sls = exclude.find("sls")) globs.push_back(text_of(*sls));
    if (const auto* id = exclude.find("id"); id && !id->is_list() && !id->is_map()) ids.push_back(*id);
  }
  for (const auto& [id, body] : high) {
    const auto* map = body.if_map();
    const auto sls = map ? text_at(*map, "__sls__") : "";
    if (std::any_of(globs.begin(), globs.end(),
                    [&](const auto& glob) { return !sls.empty() && glob_match(glob, sls); }))
      ids.push_back(id);
  }
  for (const auto& id : ids) high.erase(id);
}

}  // namespace halite::states
