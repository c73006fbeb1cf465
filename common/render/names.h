// Which names are undefined when a body begins, though the context has them.
#pragma once

#include "common/render/nodes.h"

namespace halite::render {

// Jinja gives every body its own variables when it compiles: what the body assigns is one of them from its beginning, unless
// the body itself looks at the name first. So a loop, a block of text or a macro inside of it that looks before the
// assignment finds nothing, even when the context has the name. Fills in Statement::hidden and the like.
void find_hidden_names(Template& source);

}  // namespace halite::render
