// The pillar of a minion without a master: compiled here from its own pillar tree.
#pragma once

#include <mutex>

#include "common/config/minion_settings.h"
#include "minion/grains/grains.h"
#include "minion/pillar_source.h"

namespace halite::minion {

class LocalPillar : public PillarSource {
 public:
  LocalPillar(const MinionSettings& settings, Grains& grains) : settings_(settings), grains_(grains) {}

  Map current() override;
  Map compile(const PillarRequest& request) override;
  void refresh() override;
  std::string revision() override;

 private:
  const MinionSettings& settings_;
  Grains& grains_;
  std::mutex mutex_;
  std::optional<Map> current_;
  std::string revision_;
};

}  // namespace halite::minion
