// `extend` and `exclude` applied to high data, and looking states up in it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/data/value.h"

namespace halite::states {

struct StateName {
  Value id;
  std::string state;
};

// The states that `name` of module `state` means: the id itself, else states of that module with an argument of that
// value (their name). With state "sls", every id of that SLS file. `is_strict`: the id must have that module.
std::vector<StateName> find_states(const Value& name, const std::string& state, const Map& high, bool is_strict);

// Every state of an SLS file.
std::vector<StateName> states_of_sls(const Value& sls, const Map& high);

// The same extension named twice (by two includes of one file) counts once.
void drop_repeated_extends(Map& high);

// Works __extend__ off: arguments replaced, requisites joined, functions exchanged.
void apply_extends(Map& high, bool is_strict, std::vector<std::string>& errors);

// Works __exclude__ off: ids, and all ids of SLS files (globs).
void apply_excludes(Map& high);

}  // namespace halite::states
