// A template that a state names (file.managed, cmd.script), rendered with what its caller lets templates see.
#pragma once

#include <string>

#include "common/render/renderer.h"
#include "states/world.h"

namespace halite::states {

// Adds to `context` the names that Salt gives such a template, and the tree for include and import. Throws Error for an engine
// other than jinja, and RenderError.
std::string render_template_file(const TemplateRequest& request, FileTree& files, render::Context context);

}  // namespace halite::states
