// The pillar that the master compiles for this minion.
#pragma once

#include <mutex>

#include "common/config/minion_settings.h"
#include "minion/grains/grains.h"
#include "minion/master_link.h"
#include "minion/pillar_source.h"

namespace halite::minion {

class RemotePillar : public PillarSource {
 public:
  RemotePillar(const MinionSettings& settings, Grains& grains, MasterLink& master)
      : settings_(settings), grains_(grains), master_(master) {}

  Map current() override;
  // The master's refusal or silence is told as a pillar with "_errors".
  Map compile(const PillarRequest& request) override;
  void refresh() override;
  std::string revision() override { return {}; }  // the master keeps it in the job's record

 private:
  const MinionSettings& settings_;
  Grains& grains_;
  MasterLink& master_;
  std::mutex mutex_;
  std::optional<Map> current_;
};

// The load of a `_pillar` request.
Map pillar_load(const MinionSettings& settings, Grains& grains, const PillarRequest& request);

}  // namespace halite::minion
