#include "tests/golden/golden_cases.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <limits>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/json.h"

namespace halite::golden {
namespace {

Value tagged(const std::string& tag, const Value& content) {
  if (tag == "$float") return std::strtod(content.as_string().c_str(), nullptr);
  if (tag == "$int") {
    if (const auto number = parse_int(content.as_string())) return *number;
    return content;  // beyond 64 bits we keep the digits as text
  }
  if (tag == "$bytes") return Bytes{*from_hex(content.as_string())};
  if (tag == "$tuple" || tag == "$set") return plain(content);
  if (tag == "$map") {
    Map map;
    for (const Value& pair : content.as_list()) map.set(plain(pair.as_list()[0]), plain(pair.as_list()[1]));
    return map;
  }
  throw Error(ErrorKind::invalid, "unknown tag {} in the recording", tag);
}

}  // namespace

std::vector<Value> read_cases(std::string_view file) {
  const std::string path = std::string(HALITE_SOURCE_DIR) + "/../shared/golden/" + std::string(file);
  std::ifstream in(path);
  std::vector<Value> cases;
  if (!in) {
    std::cout << "SKIPPED: the recording " << path << " is absent; nothing was compared\n";
    return cases;
  }
  for (std::string line; std::getline(in, line);) cases.push_back(from_json(line, path));
  return cases;
}

Value plain(const Value& recorded) {
  if (const List* list = recorded.if_list()) {
    List out;
    for (const Value& item : *list) out.push_back(plain(item));
    return out;
  }
  const Map* map = recorded.if_map();
  if (!map) return recorded;
  if (map->size() == 1)
    if (const auto* key = map->begin()->key.if_string(); key && key->starts_with('$'))
      return tagged(*key, map->begin()->value);
  Map out;
  for (const auto& [key, value] : *map) out.set(key, plain(value));
  return out;
}

}  // namespace halite::golden
