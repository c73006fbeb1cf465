// What remote functions work with: the machine, this minion's own data, the master if there is one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/config/load_settings.h"
#include "common/data/value.h"
#include "common/host/file_tree.h"
#include "common/host/host.h"
#include "minion/grains/grains.h"
#include "minion/master_link.h"
#include "minion/pillar_source.h"
#include "minion/running_jobs.h"

namespace halite::minion {

class FunctionList;

struct Tools {
  Host& host;
  const LoadedSettings<MinionSettings>& config;
  Grains& grains;
  PillarSource& pillar;
  FileTree& files;
  RunningJobs& jobs;
  const FunctionList& functions;
  MasterLink* master = nullptr;  // null: a local call without a master
};

}  // namespace halite::minion
