#include "common/data/path.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/yaml.h"

namespace halite {
namespace {

std::optional<Value> in_map(const Map& map, std::string_view key) {
  if (const Value* found = map.find(key)) return *found;
  for (const auto& entry : map) {
    if (entry.key.is_string()) continue;
    // Only now is it worth asking what YAML makes of the text: 80, 1.5, true.
    try {
      if (const Value* found = map.find(from_yaml(key))) return *found;
    } catch (const Error&) {
    }
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Value> in_list(const List& list, std::string_view part) {
  if (const auto position = parse_int(part)) {
    const auto size = static_cast<std::int64_t>(list.size());
    const std::int64_t index = *position < 0 ? *position + size : *position;
    if (index < 0 || index >= size) return std::nullopt;
    return list[static_cast<std::size_t>(index)];
  }
  for (const auto& item : list)
    if (const Value* found = item.find(part)) return *found;
  return std::nullopt;
}

}  // namespace

std::optional<Value> find_path(const Value& value, std::string_view path, std::string_view delimiter) {
  if (path.empty()) return value;
  Value here = value;
  while (true) {
    const auto end = delimiter.empty() ? std::string_view::npos : path.find(delimiter);
    const std::string_view part = path.substr(0, end);
    std::optional<Value> next;
    if (const Map* map = here.if_map()) next = in_map(*map, part);
    else if (const List* list = here.if_list()) next = in_list(*list, part);
    if (!next) return std::nullopt;
    here = std::move(*next);
    if (end == std::string_view::npos) return here;
    path.remove_prefix(end + delimiter.size());
  }
}

}  // namespace halite
