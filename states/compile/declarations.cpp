// Rendered SLS to high data.
#include "states/compile/declarations.h"

#include <set>

#include <fmt/format.h>

#include "common/base/strings.h"
#include "states/compile/words.h"

namespace halite::states {
namespace {

void append(Map& map, std::string_view key, Value items) {
  auto& list = map[key];
  if (!list.is_list()) list = List{};
  auto& into = list.edit_list();
  for (auto& item : items.edit_list()) into.push_back(std::move(item));
}

// What of "pkg.installed" is the state and what the function; a third part is dropped, as Salt does.
std::pair<std::string, std::string> split_function(const std::string& text) {
  auto parts = split(text, '.');
  return {parts[0], parts[1]};
}

// Spells dotted keys out. False when two keys are of one state.
bool spell_out_keys(Map& body, std::set<std::string>* seen) {
  bool is_unique = true;
  for (const auto& key : body.keys()) {
    if (key.starts_with('_') || !body.find(key)->is_list()) continue;
    if (key.find('.') == std::string::npos) {
      if (seen) seen->insert(key);
      continue;
    }
    auto [state, function] = split_function(key);
    if (seen && !seen->insert(state).second) {
      is_unique = false;
      continue;
    }
    auto arguments = *body.erase(Value(key));
    arguments.edit_list().push_back(function);
    body.set(state, std::move(arguments));
  }
  return is_unique;
}

void set_place(Map& body, const SlsPlace& place) {
  if (!body.contains("__sls__")) body.set("__sls__", place.sls);
  if (!body.contains("__env__")) body.set("__env__", place.environment);
}

// A copy of the keys, so that bodies can be edited in place while going through them.
std::vector<Value> keys_of(const Map& map) {
  std::vector<Value> keys;
  keys.reserve(map.size());
  for (const auto& entry : map) keys.push_back(entry.key);
  return keys;
}

bool has_order(const List& arguments) {
  for (const auto& argument : arguments)
    if (const auto* first = first_entry(argument); first && first->key == Value("order")) return true;
  return false;
}

std::string place_of(const Value& body) {
  const auto* map = body.if_map();
  return map ? text_at(*map, "__env__") + ":" + text_at(*map, "__sls__") : "?";
}

}  // namespace

void set_aside_extend(Map& state, const SlsPlace& place, std::vector<std::string>& errors) {
  auto extend = state.erase(Value("extend"));
  if (!extend) return;
  if (!extend->is_map()) {
    errors.push_back(fmt::format("Extension value in SLS '{}' is not a dictionary", place.sls));
    return;
  }
  auto& bodies = extend->edit_map();
  for (const auto& name : keys_of(bodies)) {
    if (!bodies.find(name)->is_map()) {
      errors.push_back(fmt::format("Extension name '{}' in SLS '{}' is not a dictionary", text_of(name), place.sls));
      continue;
    }
    auto& edited = bodies.edit(name)->edit_map();
    set_place(edited, place);
    spell_out_keys(edited, nullptr);
  }
  append(state, "__extend__", List{*extend});
}

void set_aside_exclude(Map& state, const SlsPlace& place, std::vector<std::string>& errors) {
  auto exclude = state.erase(Value("exclude"));
  if (!exclude) return;
  if (exclude->is_list())
    append(state, "__exclude__", std::move(*exclude));
  else
    errors.push_back(fmt::format("Exclude Declaration in SLS {} is not formed as a list", place.sls));
}

void spell_out(Map& state, const SlsPlace& place, std::vector<std::string>& errors) {
  for (const auto& name : keys_of(state)) {
    if (name == Value("__extend__") || name == Value("__exclude__")) continue;
    auto& body = *state.edit(name);
    if (const auto* text = body.if_string(); text && text->find('.') != std::string::npos) {
      auto [module, function] = split_function(*text);
      body = Map{{"__sls__", place.sls}, {"__env__", place.environment}, {module, List{function}}};
    } else if (!body.is_map()) {
      errors.push_back(fmt::format("ID {} in SLS {} is not a dictionary", text_of(name), place.sls));
    } else {
      auto& edited = body.edit_map();
      std::set<std::string> seen;
      if (!spell_out_keys(edited, &seen))
        errors.push_back(fmt::format("ID '{}' in SLS '{}' contains multiple state declarations of the same type",
                                     text_of(name), place.sls));
      set_place(edited, place);
    }
  }
}

void number_states(Map& state, std::int64_t& next_order) {
  for (const auto& name : keys_of(state)) {
    auto& body = *state.edit(name);
    if (!body.is_map()) continue;
    for (const auto& key : body.if_map()->keys()) {
      const auto* arguments = body.find(key)->if_list();
      if (key.starts_with('_') || !arguments || has_order(*arguments)) continue;
      body.edit_map().edit(key)->edit_list().push_back(Map{{"order", next_order++}});
    }
  }
}

void merge_states(Map& high, Map from, std::vector<std::string>& errors) {
  for (const auto* aside : {"__extend__", "__exclude__"})
    if (auto items = from.erase(Value(aside))) append(high, aside, std::move(*items));
  for (const auto& [name, body] : from) {
    const auto* there = high.find(name);
    if (there && !(*there == body))
      errors.push_back(
          fmt::format("Detected conflicting IDs, SLS IDs need to be globally unique.\n    The conflicting "
                      "ID is '{}' and is found in SLS '{}' and SLS '{}'",
                      text_of(name), place_of(*there), place_of(body)));
    high.set(name, body);
  }
}

}  // namespace halite::states
