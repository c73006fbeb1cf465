// Private to JMESPath: the tree of a query, and its parser.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"

namespace halite::render::query {

enum class Kind {
  identity,          // the data itself
  field,             // text
  index,             // number
  slice,             // bounds
  literal,           // literal
  reference,         // &children[0], an argument for functions
  pipe,              // children[1] of what children[0] gives
  either,
  both,
  negation,
  compare,           // text is the operator
  projection,        // children[1] of each item of the list children[0]
  value_projection,  // the same with the values of a dict
  filter,            // projection with the condition children[2]
  flatten,           // lists in children[0] opened by one level
  select_list,       // children as a list
  select_hash,       // children as a dict with the keys `names`
  call,              // text(children)
};

struct Node {
  Kind kind = Kind::identity;
  std::string text;
  std::int64_t number = 0;
  std::optional<std::int64_t> bounds[3];
  Value literal;
  std::vector<std::string> names;
  std::vector<std::unique_ptr<Node>> children;
};

// Throws Failure.
std::unique_ptr<Node> parse(std::string_view expression);

}  // namespace halite::render::query
