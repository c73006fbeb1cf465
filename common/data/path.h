// Nested look-up by a path of text, "users:ann:uid", as Salt's pillar.get, grains.get and config.get have it.
#pragma once

#include <optional>
#include <string_view>

#include "common/data/value.h"

namespace halite {

// Each part is a key of a map (a number too, when the map has such a key), a position in a list (negative ones count
// from its end), or a key of the first map in a list that has it. The empty path is the value itself.
std::optional<Value> find_path(const Value& value, std::string_view path, std::string_view delimiter = ":");

}  // namespace halite
