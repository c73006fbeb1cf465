// The names every template has: range, dict, namespace, cycler, ..., and the `salt` object.
#pragma once

#include "common/data/value.h"
#include "common/render/renderer.h"

namespace halite::render {

Map builtin_globals();
// salt['x.y'](...), salt.x.y(...), 'x.y' in salt.
Value salt_object(const FunctionTable& functions);

}  // namespace halite::render
