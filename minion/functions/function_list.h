// Every remote function by name. A list in code (function_list.cpp), nothing registers itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "minion/functions/function.h"

namespace halite::minion {

class FunctionList {
 public:
  explicit FunctionList(std::vector<Function> functions);

  // Null when there is none.
  const Function* find(const std::string& name) const;
  // Salt's "'x.y' is not available.", with the nearest name.
  std::string unknown(const std::string& name) const;
  std::vector<std::string> names() const;    // sorted
  std::vector<std::string> modules() const;  // "cmd", "test", ...; sorted
  // Salt's documentation of one function.
  static std::string doc(const Function& function);

 private:
  std::map<std::string, Function, std::less<>> functions_;
};

// Everything this program can be asked.
FunctionList all_functions();

}  // namespace halite::minion
