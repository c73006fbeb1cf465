// One orchestration, from its order to its result. Blocks: for a process of its own.
#pragma once

#include <functional>

#include "common/config/master_settings.h"
#include "common/host/file_tree.h"
#include "common/host/host.h"
#include "common/wire/messages/runner.h"
#include "master/orchestrate/master_line.h"
#include "master/orchestrate/order.h"

namespace halite::master {

struct OrchestrationParts {
  const MasterSettings& settings;
  Host& host;
  FileTree& files;
  MasterLine& line;
  std::function<bool()> is_cancelled = {};
};

// {"NAME_master": states by tag} for the outputter `highstate`, or a list of errors in place of the states. The exit code is
// 1 when a state failed, as Salt has it. Throws Error for what is wrong with the order.
wire::RunnerResult run_orchestration(const OrchestrationOrder& order, const OrchestrationParts& parts);

}  // namespace halite::master
