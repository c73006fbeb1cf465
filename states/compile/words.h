// The words of the state language: which keys are requisites, and small readers of high data.
#pragma once

#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite::states {

// require, watch, onchanges, ... and their _any forms: keys whose lists are joined when a state is extended.
bool is_requisite(std::string_view key);
// require_in, watch_in, ..., use, prereq: what requisite_in() works off.
bool is_requisite_in(std::string_view key);
// Keys that `use` does not hand on.
bool is_unused(std::string_view key);

// "__sls__", "__env__": not a state.
bool is_internal(const Value& key);

// A value as Python's format() prints it in a message.
std::string text_of(const Value& value);

// The first entry of a map that is one, else null.
const Map::Entry* first_entry(const Value& value);
// The text under a key, or `otherwise`.
std::string text_at(const Map& map, std::string_view key, std::string_view otherwise = "");

}  // namespace halite::states
