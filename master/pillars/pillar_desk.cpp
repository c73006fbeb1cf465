#include "master/pillars/pillar_desk.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/host/gpg.h"
#include "master/files/file_sources.h"
#include "pillar/external/externals.h"
#include "pillar/master_functions.h"
#include "pillar/settings.h"

namespace halite::master {
PillarDesk::PillarDesk(wire::Loop& loop, const MasterSettings& settings, Host& host, wire::Workers& workers, Store& store, Served& served)
    : workers_(workers),
      store_(store),
      served_(served),
      keeps_facts_(settings.minion_data_cache),
      turns_(loop, {.places = workers.threads()}) {
  const auto remotes = pillar::git_remotes_from(settings);
  has_remotes_ = !remotes.empty();
  const auto functions = std::make_shared<pillar::MasterFunctions>(host);
  auto options = pillar::options_from(settings);
  options.opts = pillar::shown_options(master_settings_schema(), settings);
  options.decryption = pillar::decryption_from(settings);
  options.decrypt = gpg_decryptor(host, settings.gpg_keydir);
  auto externals = pillar::externals_from(List(settings.ext_pillar), {.host = host,
                                                                      .nodegroups = settings.nodegroups,
                                                                      .functions = functions.get(),
                                                                      .pillar_roots = settings.pillar_roots,
                                                                      .renderer = settings.renderer});
  pillar::PillarCompiler compiler(std::move(options), std::move(externals), functions.get());
  auto service = std::make_unique<pillar::PillarService>(std::move(compiler), make_directory_tree(settings.pillar_roots), remotes,
                                                         settings.cachedir + "/git", &host);
  // The functions live as long as what calls them.
  const auto both = std::make_shared<std::pair<std::shared_ptr<pillar::MasterFunctions>, std::unique_ptr<pillar::PillarService>>>(
      functions, std::move(service));
  service_ = std::shared_ptr<pillar::PillarService>(both, both->second.get());
}

Task<Map> PillarDesk::serve(wire::Principal who, Map load) {
  if (who.id.empty()) throw Error(ErrorKind::denied, "only a minion that names itself has a pillar");
  auto request = wire::decode_message<wire::PillarRequest>(load, "_pillar");
  request.grains.set("id", who.id);  // what it says of itself must not make it someone else
  pillar::PillarRequest wanted;
  wanted.minion_id = who.id;
  wanted.grains = request.grains;
  wanted.saltenv = request.saltenv.value_or("");
  wanted.pillarenv = request.pillarenv;
  wanted.override_data = request.pillar_override.value_or(Map{});
  auto work = [service = service_, wanted] { return service->compile(wanted); };
  const auto start = std::chrono::steady_clock::now();
  std::optional<wire::Turn> turn = co_await turns_.take();
  if (!turn) throw Error(ErrorKind::unavailable, "too many pillars are asked for at once");
  auto served = co_await workers_.run(std::move(work));
  turn.reset();
  timings_.add(std::chrono::steady_clock::now() - start);
  if (!served.pillar.ok()) ++failed_;
  if (!served.note.empty()) log::warning("pillar of '{}': {}", who.id, served.note);
  Map data = served.pillar.data;
  co_await remember(who.id, std::move(request.grains), std::move(served));
  co_return data;
}

Task<void> PillarDesk::remember(std::string id, Map grains, pillar::ServedPillar served) {
  // The job's record says when the newest commit could not be used, and why.
  served_[id].pillar = served.note.empty() ? served.revision : served.revision + " (" + served.note + ")";
  if (!keeps_facts_ || !served.pillar.ok()) co_return;
  const FactsRecord facts{std::move(id), std::move(grains), std::move(served.pillar.data), std::move(served.revision)};
  try {
    co_await store_.put_facts(facts);
  } catch (const Error& error) {
    // The minion needs its pillar more than we need to remember it.
    log::error("what '{}' said of itself is not stored: {}", facts.id, error.what());
  }
}

Task<pillar::ServedPillar> PillarDesk::show(std::string id, Map grains, std::string saltenv) {
  pillar::PillarRequest wanted;
  wanted.minion_id = std::move(id);
  wanted.grains = std::move(grains);
  wanted.saltenv = std::move(saltenv);
  return show(std::move(wanted));
}

Task<pillar::ServedPillar> PillarDesk::show(pillar::PillarRequest wanted) {
  auto work = [service = service_, wanted] { return service->compile(wanted); };
  co_return co_await workers_.run(std::move(work));
}

Task<std::vector<pillar::RemoteUpdate>> PillarDesk::update() {
  auto work = [service = service_] { return service->update(); };
  co_return co_await workers_.run(std::move(work));
}

}  // namespace halite::master
