#include "minion/state_run/templates.h"

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/host/gpg.h"
#include "common/render/jinja_env.h"
#include "minion/functions/function_list.h"
#include "minion/functions/world.h"
#include "pillar/plain_functions.h"
#include "states/template_file.h"

namespace halite::minion {

const render::Function* TemplateFunctions::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto known = made_.find(name);
  if (known != made_.end()) return &known->second;
  const std::string own(name);
  if (!call_.tools.functions.find(own)) {
    if (!call_.tools.functions.limits().refusal(name).empty()) return nullptr;
    const auto plain = pillar::plain_functions().find(name);
    return plain == pillar::plain_functions().end() ? nullptr : &plain->second;
  }
  return &made_.emplace(own, [this, own](const std::vector<Value>& positional, const Map& named) {
    return call_function(call_, own, positional, named);
  }).first->second;
}

std::vector<std::string> TemplateFunctions::names() const {
  auto names = call_.tools.functions.names();
  for (const auto& [name, function] : pillar::plain_functions())
    if (find(name) && !call_.tools.functions.find(name)) names.push_back(name);
  return names;
}

render::Context TemplateData::context() const {
  render::Context context;
  context.variables = {{"pillar", pillar}, {"grains", grains}, {"opts", options}};
  context.salt = functions.get();
  context.options = jinja_of_sls;
  context.decrypt = decrypt;
  return context;
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
  const bool trim = settings.jinja_trim_blocks, strip = settings.jinja_lstrip_blocks;
  data->jinja_of_files = render::jinja_options(settings.jinja_env, trim, strip);
  data->jinja_of_sls = render::jinja_options(settings.jinja_sls_env, trim, strip);
  data->decrypt = gpg_decryptor(call.tools.host, settings.gpg_keydir);
  data->functions = std::make_shared<TemplateFunctions>(call);
  return data;
}

std::shared_ptr<TemplateData> template_data(Call& call) { return template_data(call, call.tools.pillar.current(), {}); }

namespace {

std::string render_one(const states::TemplateRequest& request, FileTree& files, const TemplateData& data) {
  render::Context context = data.context();
  context.options = data.jinja_of_files;
  return states::render_template_file(request, files, std::move(context));
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
