// The pillar of a minion without a master: compiled here from its own pillar tree and its git repositories, which are
// fetched before each compile; one that can't be reached counts as it was fetched last.
#pragma once

#include <mutex>

#include "common/config/minion_settings.h"
#include "common/host/host.h"
#include "minion/grains/grains.h"
#include "minion/pillar_source.h"
#include "pillar/compiler.h"
#include "pillar/master_functions.h"
#include "pillar/service.h"

namespace halite::minion {

class LocalPillar : public PillarSource {
 public:
  // Throws Error(invalid) for an external pillar that there is not, and for a git remote that is not allowed.
  LocalPillar(const MinionSettings& settings, Grains& grains, Host& host);

  Map current() override;
  Map compile(const PillarRequest& request) override;
  void refresh() override;
  std::string revision() override;

 private:
  const MinionSettings& settings_;
  Grains& grains_;
  const pillar::MasterFunctions functions_;
  pillar::PillarService service_;
  std::mutex mutex_;
  std::optional<Map> current_;
  std::string revision_;
};

}  // namespace halite::minion
