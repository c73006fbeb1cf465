// Read YAML documents by their content: what many minions' templates give alike is read once.
#pragma once

#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite::render {

// As from_yaml. The value is the caller's own, down to the last list and map.
Value yaml_document(const std::string& text, std::string_view source_name);

}  // namespace halite::render
