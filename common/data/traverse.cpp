#include "common/data/traverse.h"

#include "common/base/strings.h"
#include "common/data/yaml_scalar.h"

namespace halite {
namespace {

// What YAML makes of a part that is no text: a number, a boolean or null.
std::optional<Value> as_scalar(std::string_view part) {
  if (part.empty() || part.find_first_not_of("0123456789_") == std::string_view::npos)
    if (part.empty() || part.find('_') != std::string_view::npos) return std::nullopt;
  switch (yaml::resolve_plain(part)) {
    case yaml::Tag::null: return Value();
    case yaml::Tag::boolean: return yaml::to_bool(part);
    case yaml::Tag::integer: return yaml::to_integer(part);
    case yaml::Tag::real: return yaml::to_real(part);
    default: return std::nullopt;
  }
}

const Value* in_map(const Map& map, std::string_view part) {
  if (const Value* found = map.find(part)) return found;
  const auto scalar = as_scalar(part);
  return scalar ? map.find(*scalar) : nullptr;
}

// The key in the first map of the list that has it.
const Value* in_embedded(const List& list, const Value& key) {
  for (const Value& item : list)
    if (const Map* map = item.if_map())
      if (const Value* found = map->find(key)) return found;
  return nullptr;
}

const Value* in_list(const List& list, std::string_view part) {
  const auto number = parse_int(part);
  if (!number) return in_embedded(list, Value(part));
  if (const Value* found = in_embedded(list, Value(*number))) return found;
  const auto size = static_cast<std::int64_t>(list.size());
  const std::int64_t index = *number < 0 ? *number + size : *number;
  return index >= 0 && index < size ? &list[static_cast<std::size_t>(index)] : nullptr;
}

const Value* step(const Value& data, std::string_view part) {
  if (const Map* map = data.if_map()) return in_map(*map, part);
  if (const List* list = data.if_list()) return in_list(*list, part);
  return nullptr;
}

const Value* walk(const Value* at, const std::vector<std::string_view>& parts, std::size_t first) {
  for (std::size_t i = first; at && i < parts.size(); ++i) at = step(*at, parts[i]);
  return at;
}

}  // namespace

std::vector<std::string_view> split_path(std::string_view path, std::string_view delimiter) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = delimiter.empty() ? std::string_view::npos : path.find(delimiter);
    parts.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return parts;
    path.remove_prefix(end + delimiter.size());
  }
}

const Value* traverse(const Value& data, std::string_view path, std::string_view delimiter) {
  return walk(&data, split_path(path, delimiter), 0);
}

const Value* traverse(const Map& data, std::string_view path, std::string_view delimiter) {
  const auto parts = split_path(path, delimiter);
  return walk(in_map(data, parts.front()), parts, 1);
}

}  // namespace halite
