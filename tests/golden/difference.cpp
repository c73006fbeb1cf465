#include "tests/golden/difference.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/data/json.h"

namespace halite::golden {
namespace {

std::string brief(const Value& value) {
  auto text = to_json(value);
  return text.size() > 300 ? text.substr(0, 300) + "..." : text;
}

bool is_ordered(const std::string& path) {
  return !path.ends_with("backup_keys") && !(path.starts_with("lowstate[") && path.find('.') == std::string::npos);
}

std::string map_difference(const Map& expected, const Map& actual, const std::string& path) {
  for (const auto& [key, value] : expected) {
    const auto name = key.is_string() ? key.as_string() : to_json(key);
    const auto* there = actual.find(key);
    if (!there) return fmt::format("{}: key '{}' is missing; it should be {}", path, name, brief(value));
    if (auto found = difference(value, *there, path + "." + name); !found.empty()) return found;
  }
  for (const auto& [key, value] : actual)
    if (!expected.find(key))
      return fmt::format("{}: key {} should not be there; it is {}", path, brief(key), brief(value));
  if (is_ordered(path) && expected.keys() != actual.keys()) {
    const auto wanted = expected.keys(), got = actual.keys();
    const auto at = std::mismatch(wanted.begin(), wanted.end(), got.begin(), got.end());
    return fmt::format("{}: keys in another order from '{}' on, where '{}' should be", path, *at.second, *at.first);
  }
  return "";
}

std::string list_difference(const List& expected, const List& actual, const std::string& path) {
  for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i)
    if (auto found = difference(expected[i], actual[i], fmt::format("{}[{}]", path, i)); !found.empty()) return found;
  if (expected.size() == actual.size()) return "";
  return fmt::format("{}: {} items, should be {}", path, actual.size(), expected.size());
}

}  // namespace

std::string difference(const Value& expected, const Value& actual, const std::string& path) {
  if (expected.is_map() && actual.is_map()) return map_difference(*expected.if_map(), *actual.if_map(), path);
  if (expected.is_list() && actual.is_list()) return list_difference(*expected.if_list(), *actual.if_list(), path);
  if (expected == actual) return "";
  return fmt::format("{}: {}\n      should be {}", path, brief(actual), brief(expected));
}

}  // namespace halite::golden
