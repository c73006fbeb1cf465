// What Jinja refuses before a template runs, though its grammar allows it.
#pragma once

#include "common/render/nodes.h"

namespace halite::render {

// Unknown filters and tests (those inside `if` are errors only when they run), blocks of the same name,
// {% break %} outside a loop. Throws Failure(syntax) with its line.
void check_template(const Template& source);

}  // namespace halite::render
