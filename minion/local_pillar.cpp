#include "minion/local_pillar.h"

#include "common/base/log.h"
#include "common/host/gpg.h"
#include "minion/local_tree.h"
#include "pillar/external/externals.h"
#include "pillar/settings.h"

namespace halite::minion {
namespace {

pillar::PillarOptions options_of(const MinionSettings& settings, Host& host) {
  auto options = pillar::options_from(settings);
  options.decrypt = gpg_decryptor(host, settings.gpg_keydir);
  options.safe_render_error = false;  // whoever runs this can read the files
  options.opts = minion_settings_schema().encode(settings);
  options.decryption = pillar::decryption_from(settings);
  return options;
}

std::vector<pillar::NamedExternal> externals_of(const MinionSettings& settings, Host& host, const render::FunctionTable& functions) {
  return pillar::externals_from(List(settings.ext_pillar), {.host = host,
                                                            .nodegroups = settings.nodegroups,
                                                            .functions = &functions,
                                                            .pillar_roots = settings.pillar_roots,
                                                            .renderer = settings.renderer});
}

}  // namespace

LocalPillar::LocalPillar(const MinionSettings& settings, Grains& grains, Host& host)
    : settings_(settings),
      grains_(grains),
      functions_(host),
      compiler_(options_of(settings, host), externals_of(settings, host, functions_), &functions_) {}

Map LocalPillar::compile(const PillarRequest& request) {
  const auto tree = make_local_tree(settings_.pillar_roots);
  pillar::PillarRequest wanted;
  wanted.minion_id = grains_.settings().id;
  wanted.grains = grains_.all();
  wanted.saltenv = request.saltenv.value_or("");
  wanted.pillarenv = request.pillarenv;
  wanted.override_data = request.overrides;
  pillar::Pillar result = compiler_.compile(*tree, wanted);
  for (const auto& problem : result.problems) log::error("pillar: {}", problem.text);
  const bool is_plain = !request.pillarenv && request.overrides.empty();
  const std::lock_guard lock(mutex_);
  revision_ = tree->revision(wanted.pillarenv.value_or("base"));
  if (is_plain && !current_) current_ = result.data;
  return std::move(result.data);
}

Map LocalPillar::current() {
  {
    const std::lock_guard lock(mutex_);
    if (current_) return *current_;
  }
  return compile({});
}

void LocalPillar::refresh() {
  const std::lock_guard lock(mutex_);
  current_.reset();
}

std::string LocalPillar::revision() {
  const std::lock_guard lock(mutex_);
  return revision_;
}

}  // namespace halite::minion
