// Finding a value in a tree by a path like "a:b:0", as pillar.get, grains.get and targets do.
#pragma once

#include <string_view>

#include "common/data/value.h"

namespace halite {

// The value at the path, or null. In a list a part is an index (negative from the end) or a key of the first map in the
// list that has it; in a map a part that is not there as text is tried as the number or word that YAML makes of it.
const Value* traverse(const Value& data, std::string_view path, std::string_view delimiter = ":");
const Value* traverse(const Map& data, std::string_view path, std::string_view delimiter = ":");

// The text split at every delimiter, which may be longer than one character; never empty.
std::vector<std::string_view> split_path(std::string_view path, std::string_view delimiter);

}  // namespace halite
