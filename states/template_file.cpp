#include "states/template_file.h"

#include "common/render/sls.h"

namespace halite::states {

std::string render_template_file(const TemplateRequest& request, FileTree& files, render::Context context) {
  if (request.engine != "jinja") throw Error(ErrorKind::invalid, "there is no template engine '{}'; there is: jinja", request.engine);
  render::TreeLoader loader(files, request.environment);
  context.loader = &loader;
  std::string path = request.source_name;
  if (path.rfind("salt://", 0) == 0) path.erase(0, 7);
  render::set_sls_variables(context.variables,
                            {.environment = request.environment, .name = request.sls, .path = path, .text = ""});
  context.variables.set("env", request.environment);
  context.variables.set("source", request.source_name);
  for (const auto& [key, value] : request.context) context.variables.set(key, value);
  return render::render_jinja(request.text, path, context);
}

}  // namespace halite::states
