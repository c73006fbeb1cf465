// How much a return may hold: what is more is cut, and says so where it was.
#pragma once

#include "common/data/value.h"

namespace halite::minion {

constexpr std::size_t return_limit_bytes = std::size_t{16} << 20;

// `return` of a load of `_return`, cut to about the limit: texts in their order keep what there is room for, and further
// items of lists and maps go. A load that was cut has `truncated: true`.
void fit_return(Map& load, std::size_t limit_bytes = return_limit_bytes);

}  // namespace halite::minion
