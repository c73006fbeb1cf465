// What Jinja works out and refuses before a template runs, though its grammar allows it.
#pragma once

#include "common/render/nodes.h"
#include "common/render/options.h"

namespace halite::render {

// Puts constants in the place of what makes them. Refuses unknown filters and tests (those inside `if` are errors only when
// they run), blocks of the same name, {% break %} outside a loop, and constants that fail in a way Jinja can't leave to
// the run. Throws Failure with its line.
void check_template(Template& source, const Options& options);

}  // namespace halite::render
