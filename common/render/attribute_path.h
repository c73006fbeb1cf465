// "a.b.0": the attribute argument of sort, map, groupby, join, sum and the like.
#pragma once

#include <functional>
#include <optional>

#include "common/data/value.h"

namespace halite::render {

class Evaluator;

// What fetches the part of an item: null: the item itself; a text: dotted names and indexes; a number: an index.
// A missing part is `fallback`, or undefined where there is none.
std::function<Value(const Value&)> part_getter(Evaluator& evaluator, const Value& attribute, std::optional<Value> fallback = {});
// Text in lower case, for comparison that ignores case; anything else as it is.
Value ignoring_case(const Value& value);

}  // namespace halite::render
