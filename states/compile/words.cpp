// The words of the state language.
#include "states/compile/words.h"

#include <algorithm>
#include <array>

#include "common/base/strings.h"
#include "common/data/json.h"

namespace halite::states {
namespace {

template <std::size_t size>
bool has(const std::array<std::string_view, size>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_requisite(std::string_view key) {
  static constexpr std::array<std::string_view, 13> words{
      "onchanges",   "onchanges_any", "onfail",    "onfail_any", "onfail_all",  "onfail_stop", "prereq",
      "prerequired", "watch",         "watch_any", "require",    "require_any", "listen"};
  return has(words, key);
}

bool is_requisite_in(std::string_view key) {
  static constexpr std::array<std::string_view, 8> words{"require_in", "watch_in", "onfail_in", "onchanges_in",
                                                         "use",        "use_in",   "prereq",    "prereq_in"};
  return has(words, key);
}

bool is_unused(std::string_view key) {
  static constexpr std::array<std::string_view, 7> words{"require",   "watch", "onfail", "onfail_stop",
                                                         "onchanges", "name",  "names"};
  return is_requisite_in(key) || has(words, key);
}

bool is_internal(const Value& key) {
  const auto* text = key.if_string();
  return text && text->starts_with("__");
}

namespace {

std::string quoted(const Value& value) {
  const auto* text = value.if_string();
  if (!text) return text_of(value);
  const bool has_quote = text->find('\'') != std::string::npos && text->find('"') == std::string::npos;
  return has_quote ? "\"" + *text + "\"" : "'" + *text + "'";
}

}  // namespace

std::string text_of(const Value& value) {
  if (const auto* text = value.if_string()) return *text;
  if (value.is_null()) return "None";
  if (const auto* flag = value.if_bool()) return *flag ? "True" : "False";
  std::vector<std::string> parts;
  if (const auto* list = value.if_list()) {
    for (const auto& item : *list) parts.push_back(quoted(item));
    return "[" + join(parts, ", ") + "]";
  }
  if (const auto* map = value.if_map()) {
    for (const auto& [key, item] : *map) parts.push_back(quoted(key) + ": " + quoted(item));
    return "{" + join(parts, ", ") + "}";
  }
  return to_json(value);
}

const Map::Entry* first_entry(const Value& value) {
  const auto* map = value.if_map();
  return map && !map->empty() ? &*map->begin() : nullptr;
}

std::string text_at(const Map& map, std::string_view key, std::string_view otherwise) {
  const auto* value = map.find(key);
  return value ? text_of(*value) : std::string(otherwise);
}

}  // namespace halite::states
