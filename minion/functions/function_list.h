// Every remote function by name. A list in code (function_list.cpp), nothing registers itself.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "minion/functions/function.h"

namespace halite::minion {

class FunctionList {
 public:
  // `quick` are at hand. `rest` are made at the first question that those do not answer: an idle daemon answers pings
  // and never needs them, and they are most of what it would weigh.
  explicit FunctionList(std::vector<Function> quick, std::function<std::vector<Function>()> rest = {});

  // True for a light function that is at hand; never makes the rest.
  bool is_light(const std::string& name) const;
  // Null when there is none.
  const Function* find(const std::string& name) const;
  // Salt's "'x.y' is not available.", with the nearest name.
  std::string unknown(const std::string& name) const;
  std::vector<std::string> names() const;    // sorted
  std::vector<std::string> modules() const;  // "cmd", "test", ...; sorted
  // Salt's documentation of one function.
  static std::string doc(const Function& function);

 private:
  using Functions = std::map<std::string, Function, std::less<>>;
  const Functions& rest() const;

  Functions quick_;
  std::function<std::vector<Function>()> make_rest_;
  mutable std::once_flag is_made_;
  mutable Functions rest_;
};

// Everything this program can be asked.
FunctionList all_functions();

}  // namespace halite::minion
