// What this minion sends to the mine: the option and the pillar key `mine_functions`.
#pragma once

#include <string>
#include <vector>

#include "minion/functions/function.h"

namespace halite::minion {

struct MineCall {
  std::string alias;
  std::string function;
  List positional;
  Map named;
  Value allowed;  // allow_tgt: who may read it; null: everyone
  std::string allowed_kind = "glob";
};

// Forms: {name: [args...]}, {name: {kwargs}}, {alias: [{mine_function: f}, args...]}, {alias: {mine_function: f, ...}},
// or a list of names. Throws Error(invalid) for anything else.
std::vector<MineCall> mine_calls(const Value& mine_functions);

// Of the minion's options and the pillar, merged by name: the options win. Two lists are one.
Value mine_functions_of(Call& call);

// Runs them. One that fails is logged and left out.
Map mine_data(Call& call, const Value& mine_functions);

}  // namespace halite::minion
