#include "minion/machine.h"

#include "common/config/roots.h"
#include "common/host/filtered_tree.h"
#include "minion/local_pillar.h"
#include "minion/local_tree.h"
#include "minion/remote_pillar.h"
#include "minion/remote_tree.h"

namespace halite::minion {
namespace {

std::shared_ptr<FileTree> make_files(const MinionSettings& settings, MasterLink* master) {
  if (!master)
    return without_ignored(make_local_tree(settings.file_roots), settings.file_ignore_regex.items, settings.file_ignore_glob.items,
                           environment_roots(settings.file_roots));
  return std::make_shared<RemoteTree>(*master, settings.cachedir + "/files");
}

std::unique_ptr<PillarSource> make_pillar(const MinionSettings& settings, Grains& grains, MasterLink* master, Host& host) {
  if (!master) return std::make_unique<LocalPillar>(settings, grains, host);
  return std::make_unique<RemotePillar>(settings, grains, *master);
}

}  // namespace

GrainSettings grain_settings(const LoadedSettings<MinionSettings>& config) {
  const MinionSettings& settings = config.settings;
  GrainSettings grains;
  grains.id = settings.id;
  grains.master = settings.master.items.size() == 1 ? Value(settings.master.items[0]) : Value(settings.master.items);
  grains.file = config.directory + "/grains";
  grains.fixed = settings.grains;
  grains.cache_directory = settings.cachedir;
  grains.blacklist = settings.grains_blacklist;
  grains.enable_fqdns = settings.enable_fqdns_grains;
  if (!settings.append_domain.empty()) grains.append_domain = settings.append_domain;
  const auto option = [&](const char* name) -> Value {
    const Value* value = config.values.find(name);
    return value ? *value : Value();
  };
  grains.enable_lspci = option("enable_lspci") != Value(false) && option("enable_gpu_grains") != Value(false);
  if (const Value crc = option("server_id_use_crc"); crc.if_string()) grains.server_id_use_crc = *crc.if_string();
  return grains;
}

Machine::Machine(Host& host, Probe& probe, const LoadedSettings<MinionSettings>& config, MasterLink* master)
    : Machine(host, probe, config, master, nullptr) {}

Machine::Machine(Host& host, Probe& probe, const LoadedSettings<MinionSettings>& config, MasterLink* master,
                 std::unique_ptr<PillarSource> pillar)
    : grains_(host, probe, grain_settings(config)),
      pillar_(pillar ? std::move(pillar) : make_pillar(config.settings, grains_, master, host)),
      files_(make_files(config.settings, master)),
      jobs_(config.settings.cachedir + "/proc"),
      functions_(all_functions(Limits(config.settings))),
      tools_{.host = host, .config = config, .grains = grains_, .pillar = *pillar_, .files = *files_, .jobs = jobs_,
             .functions = functions_, .master = master} {}

}  // namespace halite::minion
