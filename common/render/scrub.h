// What a template leaves behind in the data it was given.
#pragma once

#include "common/data/value.h"

namespace halite::render {

// Templates may change the caller's lists and maps. What lives only as long as the render (functions, macros,
// generators, undefined names) is replaced by null in them, wherever it was put.
void remove_render_objects(const Map& variables);

}  // namespace halite::render
