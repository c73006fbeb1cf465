// YAML to and from Value, as PyYAML's safe loader with Salt's constructors reads it and Salt's dumper writes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/data/value.h"

namespace halite {

// One document; an empty one is null. Throws Error(invalid) "SOURCE:LINE:COLUMN: ..." (both count from 1).
// Duplicate keys, unknown tags, tabs as indentation, nesting beyond 256 and alias bombs are refused, and so is an alias
// inside the very thing it names. Timestamps stay text, leading zeros are decimal, a set and an ordered list of pairs
// become lists. A decimal integer beyond 64 bits becomes the text of its digits, which prints the same.
// Whatever several aliases name is one shared container.
Value from_yaml(std::string_view text, std::string_view source_name = "YAML");

// Where each key and item of a document stands, by container. Holds for the containers of the loaded value as they
// are: a copy made by edit_list() or edit_map() is not known, nor what was erased or added.
class YamlLines {
 public:
  // The line (from 1) of the key, or of the item, in its container; nothing for a container from elsewhere.
  std::optional<int> line_of(const Map& map, std::string_view key) const;
  std::optional<int> line_of(const List& list, std::size_t index) const;

  // For the loader: the lines of all entries of a container, in order.
  void add(const void* container, std::vector<std::uint32_t> lines) { lines_[container] = std::move(lines); }

 private:
  std::optional<int> line_at(const void* container, std::size_t index) const;
  std::unordered_map<const void*, std::vector<std::uint32_t>> lines_;
};

struct YamlDocument {
  Value value;
  YamlLines lines;
};
// As from_yaml, and remembers where things stand.
YamlDocument load_yaml(std::string_view text, std::string_view source_name = "YAML");

// Block style as Salt's `yaml` output and filter print it (keys sorted unless told otherwise).
struct YamlStyle {
  bool block = true;       // default_flow_style=False; false is True
  bool sort_keys = true;   // keys of kinds that don't compare (text and numbers) stay in order
  int indent = 2;
  int width = 80;
  bool mixed = false;      // default_flow_style=None: containers of scalars alone in flow style; wins over `block`
  bool aliases = true;     // a container met twice is written once, with an anchor, as Python does
};
// Stands for what has no form in YAML, where that is no error: written as NULL, as Salt's dumper does.
Value yaml_nothing();
// Ends in a newline. Throws Error(invalid) for an object that has no plain form and for text that is not UTF-8.
std::string to_yaml(const Value& value, const YamlStyle& style = {});

}  // namespace halite
