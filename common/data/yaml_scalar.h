// Private to the YAML codec: what a scalar means, by YAML 1.1's rules as PyYAML has them.
#pragma once

#include <optional>
#include <string_view>

#include "common/data/value.h"
#include "common/data/yaml_node.h"

namespace halite::yaml {

// The tag of an unquoted scalar.
Tag resolve_plain(std::string_view text);

// The value of a scalar with that tag; nothing where the text does not fit it (possible with an explicit tag).
std::optional<Value> to_bool(std::string_view text);
std::optional<Value> to_integer(std::string_view text);
std::optional<Value> to_real(std::string_view text);
std::optional<Value> to_binary(std::string_view text);

}  // namespace halite::yaml
