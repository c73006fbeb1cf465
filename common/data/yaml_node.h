// Private to the YAML codec: the tree between the parser's events and values. Salt's merge keys work on this tree, so
// values can't be built from events directly.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace halite::yaml {

enum class Tag { null, boolean, integer, real, string, timestamp, binary, merge, value, list, map, set, omap, pairs, other };

struct Mark {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

struct Node {
  enum class Kind { scalar, list, map };
  Kind kind = Kind::scalar;
  Tag tag = Tag::string;
  std::string tag_name;  // as written, for `other`
  std::string text;      // of a scalar
  Mark mark;
  std::vector<Node*> items;                        // of a list
  std::vector<std::pair<Node*, Node*>> entries;    // of a map
  bool is_complete = false;                        // its end has been read
  bool is_aliased = false;                         // named by an alias
  std::size_t expanded = 1;                        // nodes below and here when every alias is followed
  std::size_t height = 0;                          // levels below
};

struct Tree {
  std::deque<Node> nodes;  // owns all of them
  Node* root = nullptr;    // null for an empty stream
};

std::string_view kind_name(Node::Kind kind);
[[noreturn]] void fail(std::string_view source, Mark mark, std::string_view problem);

// Reads one document. Throws Error(invalid).
Tree compose(std::string_view text, std::string_view source);

}  // namespace halite::yaml
