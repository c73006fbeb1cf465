// Private to the YAML codec: literal block scalars ("key: |") read beside the parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace halite::yaml {

// A document whose literals stand elsewhere; of each, one line is left as a stand-in.
struct WithoutLiterals {
  std::string text;
  std::vector<std::uint32_t> lines;  // those of the document, from 1, of which each line of `text` is; and the one behind its end
  std::unordered_map<std::uint32_t, std::string> literals;  // by the line of their `|`
};

// libyaml takes a step for every character, and most characters of a file of scripts or certificates stand in literals. Nothing
// when there are none, or when the document has anything by which a line might be something else than it seems: quotes
// and brackets over several lines, anchors, tags, tabs, text that goes on in the next line, what is not ASCII. Then libyaml
// reads it all.
std::optional<WithoutLiterals> cut_literals(std::string_view text);

}  // namespace halite::yaml
