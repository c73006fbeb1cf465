// One text as a quoted YAML scalar on one line, as PyYAML's emitter writes it.
#pragma once

#include <string>
#include <string_view>

namespace halite::render {

std::string yaml_double_quoted(std::string_view text);
std::string yaml_single_quoted(std::string_view text);

}  // namespace halite::render
