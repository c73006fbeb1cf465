// The names every template has: range, dict, namespace, cycler, ..., and the `salt` object.
#pragma once

#include <string_view>
#include <vector>

#include "common/data/value.h"
#include "common/render/objects.h"
#include "common/render/renderer.h"

namespace halite::render {

struct GlobalEntry {
  std::string_view name;
  Value (*call)(Evaluator&, Arguments&);
  std::string_view sentence;
  std::string_view example;
};

const std::vector<GlobalEntry>& all_globals();
Map builtin_globals();
// salt['x.y'](...), salt.x.y(...), 'x.y' in salt.
Value salt_object(const FunctionTable& functions);

}  // namespace halite::render
