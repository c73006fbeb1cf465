// Functions that take names one after the other: pkg.version nginx rsync.
#pragma once

#include "minion/functions/function.h"

namespace halite::minion {

// Every positional argument becomes an item of the function's first field.
Function taking_many(Function function);

}  // namespace halite::minion
