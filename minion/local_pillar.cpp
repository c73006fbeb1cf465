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
  options.opts = pillar::shown_options(minion_settings_schema(), settings);
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

// Made where it is needed: without repositories nothing is kept.
std::string store_folder(const MinionSettings& settings, Host& host) {
  if (!pillar::git_remotes_from(settings).empty()) pillar::make_folders(host, settings.cachedir);
  return settings.cachedir + "/git";
}

// Of folders and repositories alike.
std::string revision_of(const pillar::ServedPillar& served, const std::string& environment) {
  const Value* revision = served.pillar.revisions.find(environment);
  return revision && revision->is_string() ? *revision->if_string() : served.revision;
}

}  // namespace

LocalPillar::LocalPillar(const MinionSettings& settings, Grains& grains, Host& host)
    : settings_(settings),
      grains_(grains),
      functions_(host),
      service_(pillar::PillarCompiler(options_of(settings, host), externals_of(settings, host, functions_), &functions_),
               make_local_tree(settings.pillar_roots), pillar::git_remotes_from(settings), store_folder(settings, host), &host) {}

Map LocalPillar::compile(const PillarRequest& request) {
  pillar::PillarRequest wanted;
  wanted.minion_id = grains_.settings().id;
  wanted.grains = grains_.all();
  wanted.saltenv = request.saltenv.value_or("");
  wanted.pillarenv = request.pillarenv;
  wanted.override_data = request.overrides;
  service_.update();
  pillar::ServedPillar served = service_.compile(wanted);
  for (const auto& problem : served.pillar.problems) log::info("pillar: {}", problem.text);  // in full; the service told it in short
  const bool is_plain = !request.pillarenv && request.overrides.empty();
  const std::lock_guard lock(mutex_);
  revision_ = revision_of(served, wanted.pillarenv.value_or("base"));
  if (is_plain && !current_) current_ = served.pillar.data;
  return std::move(served.pillar.data);
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
