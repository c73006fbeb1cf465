#include "states/lookup.h"

#include "common/base/strings.h"

namespace halite::states {
namespace {

const Value* step(const Value& value, const std::string& part) {
  if (const Map* map = value.if_map()) {
    if (const Value* found = map->find(part)) return found;
    const auto number = parse_int(part);
    return number ? map->find(Value(*number)) : nullptr;
  }
  const List* list = value.if_list();
  const auto index = parse_int(part);
  if (!list || !index || *index < 0 || static_cast<std::size_t>(*index) >= list->size()) return nullptr;
  return &(*list)[static_cast<std::size_t>(*index)];
}

}  // namespace

std::optional<Value> look_up(const Value& data, const std::string& path, const std::string& delimiter) {
  const Value* at = &data;
  std::size_t start = 0;
  while (at) {
    const std::size_t end = delimiter.empty() ? std::string::npos : path.find(delimiter, start);
    at = step(*at, path.substr(start, end == std::string::npos ? end : end - start));
    if (end == std::string::npos) break;
    start = end + delimiter.size();
  }
  if (!at) return std::nullopt;
  return *at;
}

}  // namespace halite::states
