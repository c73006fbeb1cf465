// Sorting as Python's sorted() does it: stable, by a key, with Python's refusal to compare unlike things.
#pragma once

#include <functional>

#include "common/data/value.h"

namespace halite::render {

List sorted(List items, bool reversed, const std::function<Value(const Value&)>& key);

}  // namespace halite::render
