// The operators of expressions with Python's results and Python's refusals.
#pragma once

#include "common/data/value.h"
#include "common/render/nodes.h"
#include "common/render/options.h"

namespace halite::render {

// add, subtract, multiply, divide, floor_divide, modulo, power. `limits` bound texts and lists made by * and +.
Value compute(Operator operation, const Value& left, const Value& right, const Limits& limits);
Value negated(const Value& value);
Value unary_plus(const Value& value);
// equal, not_equal, less, ..., in, not_in.
bool compare(Operator operation, const Value& left, const Value& right);

}  // namespace halite::render
