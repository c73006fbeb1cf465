// Targets that minions name, for the mine and for peers: what a minion may not make the master look for.
#pragma once

#include <string>

#include "common/wire/messages/job.h"

namespace halite::master {

// Values of pillars are found when they are known, not by patterns. Throws Error(denied) for pillars in a compound target
// and for ranges, which would have the master ask its range server.
wire::TargetQuery query_of_minion(const Value& target, const std::string& kind);

}  // namespace halite::master
