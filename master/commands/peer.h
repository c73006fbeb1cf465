// Minions that give orders: jobs for other minions (the option peer) and functions of the master (peer_run). Off unless those
// options name a minion, and then for what they name: as publisher_acl's rules, with minion ids in the place of users.
#pragma once

#include "common/config/master_settings.h"
#include "master/commands/commands.h"
#include "master/rights/rights.h"

namespace halite::master {

struct PeerParts {
  JobBoard& jobs;
  Targets& targets;
  Store& store;
  RunnerDesk& desk;
  const RunnerTable& runners;
  AuditTrail& audit;
};

// Without the options there are no such commands. Throws Error(invalid) for a rule that is none.
void add_peer_commands(MinionCommands& commands, const MasterSettings& settings, PeerParts parts);

}  // namespace halite::master
