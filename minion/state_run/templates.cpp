#include "minion/state_run/templates.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/host/sls.h"
#include "common/render/sls.h"
#include "minion/functions/function_list.h"
#include "minion/functions/world.h"

namespace halite::minion {

const render::Function* TemplateFunctions::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto known = made_.find(name);
  if (known != made_.end()) return &known->second;
  const std::string own(name);
  if (!call_.tools.functions.find(own)) return nullptr;
  return &made_.emplace(own, [this, own](const std::vector<Value>& positional, const Map& named) {
    return call_function(call_, own, positional, named);
  }).first->second;
}

std::vector<std::string> TemplateFunctions::names() const { return call_.tools.functions.names(); }

render::Context TemplateData::context() const {
  render::Context context;
  context.variables = {{"pillar", pillar}, {"grains", grains}, {"opts", options}};
  context.salt = functions.get();
  context.options = jinja;
  return context;
}

render::Options jinja_options(const Map& environment, bool trim_blocks, bool lstrip_blocks) {
  render::Options options;
  options.trim_blocks = trim_blocks;
  options.lstrip_blocks = lstrip_blocks;
  const std::vector<std::pair<std::string_view, std::string*>> texts{
      {"block_start_string", &options.block_start},       {"block_end_string", &options.block_end},
      {"variable_start_string", &options.variable_start}, {"variable_end_string", &options.variable_end},
      {"comment_start_string", &options.comment_start},   {"comment_end_string", &options.comment_end},
      {"line_statement_prefix", &options.line_statement_prefix},
      {"line_comment_prefix", &options.line_comment_prefix}, {"newline_sequence", &options.newline_sequence}};
  const std::vector<std::pair<std::string_view, bool*>> switches{
      {"trim_blocks", &options.trim_blocks},
      {"lstrip_blocks", &options.lstrip_blocks},
      {"keep_trailing_newline", &options.keep_trailing_newline}};
  std::vector<std::string> known;
  for (const auto& [key, value] : environment) {
    const std::string& name = key.as_string("a key of jinja_env");
    bool is_known = false;
    for (const auto& [text, member] : texts)
      if (text == name) is_known = true, *member = value.as_string(name);
    for (const auto& [text, member] : switches)
      if (text == name) is_known = true, *member = value.as_bool(name);
    for (const auto& [text, member] : texts) known.emplace_back(text);
    for (const auto& [text, member] : switches) known.emplace_back(text);
    if (!is_known) throw Error(ErrorKind::invalid, "jinja_env has no '{}'{}", name, did_you_mean(name, known));
  }
  return options;
}

std::shared_ptr<TemplateData> template_data(Call& call, const Map& pillar, const Map& options) {
  const MinionSettings& settings = call.tools.config.settings;
  auto data = std::make_shared<TemplateData>();
  data->pillar = render::copy_for_render(pillar);
  data->grains = render::copy_for_render(call.tools.grains.all());
  data->options = minion_settings_schema().encode(settings);
  for (const auto& [key, value] : call.tools.config.values) data->options.set(key, value);
  for (const auto& [key, value] : options) data->options.set(key, value);
  data->options.set("id", call.tools.grains.settings().id);
  data->options.set("grains", data->grains);
  data->options.set("pillar", data->pillar);
  data->jinja = jinja_options(settings.jinja_env, settings.jinja_trim_blocks, settings.jinja_lstrip_blocks);
  data->functions = std::make_shared<TemplateFunctions>(call);
  return data;
}

std::shared_ptr<TemplateData> template_data(Call& call) { return template_data(call, call.tools.pillar.current(), {}); }

namespace {

std::string render_one(const states::TemplateRequest& request, FileTree& files, const TemplateData& data) {
  if (request.engine != "jinja") throw Error(ErrorKind::invalid, "there is no template engine '{}'; there is: jinja", request.engine);
  render::Context context = data.context();
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

}  // namespace

states::TemplateRenderer template_renderer(FileTree& files, std::shared_ptr<const TemplateData> data) {
  return [&files, data](const states::TemplateRequest& request) { return render_one(request, files, *data); };
}

states::TemplateRenderer template_renderer(Call& call) {
  auto data = std::make_shared<std::shared_ptr<TemplateData>>();
  return [&call, data](const states::TemplateRequest& request) {
    if (!*data) *data = template_data(call);
    return render_one(request, call.tools.files, **data);
  };
}

}  // namespace halite::minion
