// YAML to and from Value, as PyYAML's safe loader with Salt's constructors reads it and Salt's dumper writes it.
#pragma once

#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite {

// One document; an empty one is null. Throws Error(invalid) "SOURCE:LINE:COLUMN: ...".
// Duplicate keys, unknown tags, tabs as indentation and alias bombs are refused.
Value from_yaml(std::string_view text, std::string_view source_name = "YAML");
// Block style as Salt's `yaml` output and filter print it (keys sorted unless told otherwise).
struct YamlStyle {
  bool block = true;       // default_flow_style=False
  bool sort_keys = true;
  int indent = 2;
  int width = 80;
};
std::string to_yaml(const Value& value, const YamlStyle& style = {});

}  // namespace halite
