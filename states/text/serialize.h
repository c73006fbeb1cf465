// Data as the text of a configuration file, as Salt's serializers write it.
#pragma once

#include <optional>
#include <string>

#include "common/data/value.h"

namespace halite::states {

// `serializer` is yaml, json, python, configparser or msgpack. `options` are those of Salt's serializers that mean
// something (default_flow_style, indent, width, sort_keys, ensure_ascii); any other is an Error(invalid).
std::string serialize(const Value& data, const std::string& serializer, const Map& options = {});

// The reverse, for yaml, json and msgpack; nothing for a serializer without one.
std::optional<Value> deserialize(const std::string& text, const std::string& serializer,
                                 const std::string& source_name);

}  // namespace halite::states
