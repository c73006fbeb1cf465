// A minion's functions, as far as states call them: grains in a map, events in a list.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/data/value.h"
#include "states/world.h"

namespace halite::states {

class FakeFunctions {
 public:
  FunctionCaller caller();

  Map grains, schedule;
  List events;
  bool has_master = true;
  std::vector<std::pair<std::string, Map>> calls;  // functions called with their named arguments
  int changes = 0;
  Value answer = true;  // of service.restart

 private:
  Value call(const std::string& name, const List& args, const Map& kwargs);
  Value change_schedule(const std::string& name, const List& args, const Map& kwargs);
};

}  // namespace halite::states
