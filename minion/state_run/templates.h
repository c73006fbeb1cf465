// Templates on a minion: what they see (salt, pillar, grains, opts) and how states render theirs.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "common/render/renderer.h"
#include "minion/functions/function.h"
#include "states/world.h"

namespace halite::minion {

// salt['x.y'](...) in a template: this minion's remote functions, and those that work on their arguments alone and change
// them in place (defaults.merge, slsutil.update), as only a template can want. Lives as long as the call does.
class TemplateFunctions : public render::FunctionTable {
 public:
  explicit TemplateFunctions(Call& call) : call_(call) {}
  const render::Function* find(std::string_view name) const override;
  std::vector<std::string> names() const override;

 private:
  Call& call_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, render::Function, std::less<>> made_;
};

// What every template of one run sees.
struct TemplateData {
  Value pillar;
  Value grains;
  Map options;  // `opts`
  render::Options jinja_of_files;  // jinja_env
  render::Options jinja_of_sls;    // jinja_sls_env
  render::Decryptor decrypt;
  std::shared_ptr<TemplateFunctions> functions;

  // A context for SLS files with salt, pillar, grains and opts; the caller adds the rest.
  render::Context context() const;
};

// For the pillar and grains in use.
std::shared_ptr<TemplateData> template_data(Call& call);
// For one run with its own pillar. `options` is added to the minion's own settings.
std::shared_ptr<TemplateData> template_data(Call& call, const Map& pillar, const Map& options);

// Renders templates of states: file.managed, cmd.script. The data is made when first needed.
states::TemplateRenderer template_renderer(Call& call);
states::TemplateRenderer template_renderer(FileTree& files, std::shared_ptr<const TemplateData> data);

}  // namespace halite::minion
