// Requisites that a state puts on others (require_in, watch_in, ...) and `use`, turned into plain ones.
#pragma once

#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::states {

// Changes `high` so that every `..._in`, `use`, `use_in` and `prereq` has its effect at the state it names. Keys in
// `disabled` are passed over. A state that is named and not there is an error.
void apply_requisites_in(Map& high, const std::vector<std::string>& disabled, std::vector<std::string>& errors);

}  // namespace halite::states
