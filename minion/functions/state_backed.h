// Remote functions that do what a state does: the same arguments, the same work, once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "minion/functions/function.h"

namespace halite::minion {

// What such a function gives back when it went well.
enum class Gives {
  changes,  // the state's changes
  truth,    // true
  word,     // "new", "updated", "present"; "removed", "absent"
};

struct StateBacked {
  std::string name;   // "pkg.install"
  std::string doc;
  std::string state;  // "pkg.installed"
  Gives gives = Gives::truth;
  // Positional order and names of the function's own: {"ip", "alias"} is {"alias": "name"} in the state.
  std::vector<std::string> order = {};
  std::vector<std::pair<std::string, std::string>> renames = {};
  Map fixed = {};  // arguments of the state that the function implies
};

Function state_backed(StateBacked row);

// Runs one state ("postgres_user.present") and gives its changes; nulls are arguments that were not given. Throws
// Error(unavailable) with its comment when it fails.
Map run_state(Call& call, const std::string& state, const Map& args);

// Is it as this state would have it? Looks, and changes nothing.
bool is_state(Call& call, const std::string& state, const Map& args);

}  // namespace halite::minion
