// Every remote function by name. A list in code (function_list.cpp), nothing registers itself.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "minion/functions/function.h"
#include "minion/limits.h"

namespace halite::minion {

class FunctionList {
 public:
  // A group is made at the first question about one of its modules.
  struct Group {
    std::vector<std::string> modules;  // of all its functions: "iptables", "nftables"
    std::vector<Function> (*make)();
  };
  // `quick` are at hand. `rest` are made as they are asked for: an idle daemon answers pings and never needs them, and
  // they are most of what it would weigh.
  // What the limits forbid is not found, by whatever way it is asked for.
  explicit FunctionList(std::vector<Function> quick, std::vector<Group> rest = {}, Limits limits = {});

  const Limits& limits() const { return limits_; }

  // True for a light function that is at hand, and for one that is forbidden; never makes the rest.
  bool is_light(const std::string& name) const;
  // Null when there is none.
  const Function* find(const std::string& name) const;
  // Salt's "'x.y' is not available.", with the nearest name.
  std::string unknown(const std::string& name) const;
  std::vector<std::string> names() const;    // sorted
  std::vector<std::string> modules() const;  // "cmd", "test", ...; sorted
  // Those too that the limits forbid, sorted; makes nothing.
  std::vector<std::string> all_modules() const;
  // Salt's documentation of one function.
  static std::string doc(const Function& function);

 private:
  using Functions = std::map<std::string, Function, std::less<>>;
  // Makes the groups of a module; of every module when it is empty.
  void make(std::string_view module) const;

  Limits limits_;
  Functions quick_;
  mutable std::mutex mutex_;  // of what follows; functions stay where they are once made
  mutable std::vector<Group> unmade_;
  mutable Functions rest_;
};

// Everything this program can be asked.
FunctionList all_functions(Limits limits = {});

}  // namespace halite::minion
