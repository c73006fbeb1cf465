// Python's itertools that Salt offers as filters. Each reads its input at once and gives tuples one by one.
#pragma once

#include "common/render/objects.h"

namespace halite::render {

Value combinations(Evaluator& evaluator, Arguments& arguments);
Value combinations_with_replacement(Evaluator& evaluator, Arguments& arguments);
Value permutations(Evaluator& evaluator, Arguments& arguments);
Value product(Evaluator& evaluator, Arguments& arguments);
Value zip(Evaluator& evaluator, Arguments& arguments);
Value zip_longest(Evaluator& evaluator, Arguments& arguments);
Value compress(Evaluator& evaluator, Arguments& arguments);

}  // namespace halite::render
