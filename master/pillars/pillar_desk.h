// Pillars for minions: compiled on workers, remembered for targeting and for the records of jobs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/timings.h"
#include "common/config/master_settings.h"
#include "common/host/host.h"
#include "common/wire/messages/pillar.h"
#include "common/wire/request_server.h"
#include "common/wire/turns.h"
#include "common/wire/workers.h"
#include "master/jobs/served.h"
#include "master/store/store.h"
#include "pillar/master_functions.h"
#include "pillar/service.h"

namespace halite::master {

class PillarDesk {
 public:
  // Throws Error(invalid) for an ext_pillar or a remote that is not allowed. The settings must outlive it.
  PillarDesk(wire::Loop& loop, const MasterSettings& settings, Host& host, wire::Workers& workers, Store& store, Served& served);

  // The pillar of the minion that asks, for it alone. A pillar that does not compile has `_errors`.
  Task<Map> serve(wire::Principal who, Map load);
  // The pillar that a minion with these grains would get; nothing is remembered.
  Task<pillar::ServedPillar> show(std::string id, Map grains, std::string saltenv);
  Task<pillar::ServedPillar> show(pillar::PillarRequest wanted);
  // Fetches the git remotes now.
  Task<std::vector<pillar::RemoteUpdate>> update();
  bool has_remotes() const { return has_remotes_; }
  // Of pillars for minions: from the request to the compiled pillar, the time in the queue included.
  const Timings& timings() const { return timings_; }
  std::uint64_t failed() const { return failed_; }
  const wire::Turns& turns() const { return turns_; }

 private:
  Task<void> remember(std::string id, Map grains, pillar::ServedPillar served);

  wire::Workers& workers_;
  Store& store_;
  Served& served_;
  const bool keeps_facts_;
  bool has_remotes_ = false;
  wire::Turns turns_;  // as many as there are threads: other work does not stand behind a fleet's pillars
  Timings timings_;
  std::uint64_t failed_ = 0;  // that have `_errors`
  std::shared_ptr<pillar::PillarService> service_;  // a worker may hold it longer than we do
};

}  // namespace halite::master
