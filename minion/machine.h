// Everything remote functions work with, built from settings: the same for the daemon, its job processes and halite-call.
#pragma once

#include <memory>
#include <string>

#include "minion/functions/function_list.h"
#include "minion/functions/tools.h"

namespace halite::minion {

class Machine {
 public:
  // `master` null: file_client local, from the minion's own roots. What is passed must outlive the machine.
  Machine(Host& host, Probe& probe, const LoadedSettings<MinionSettings>& config, MasterLink* master);

  // As the above with another pillar source.
  Machine(Host& host, Probe& probe, const LoadedSettings<MinionSettings>& config, MasterLink* master,
          std::unique_ptr<PillarSource> pillar);

  const Tools& tools() const { return tools_; }
  Grains& grains() { return grains_; }
  RunningJobs& jobs() { return jobs_; }
  const FunctionList& functions() const { return functions_; }
  PillarSource& pillar() { return *pillar_; }

 private:
  Grains grains_;
  std::unique_ptr<PillarSource> pillar_;
  std::shared_ptr<FileTree> files_;
  RunningJobs jobs_;
  FunctionList functions_;
  Tools tools_;
};

GrainSettings grain_settings(const LoadedSettings<MinionSettings>& config);

}  // namespace halite::minion
