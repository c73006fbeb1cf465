// All state functions by name, with their documentation. A list in code (modules.cpp), nothing registers itself.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/data/schema.h"
#include "states/outcome.h"
#include "states/world.h"

namespace halite::states {

// A state function without the type of its arguments.
struct Function {
  std::string name;  // "present"
  std::string doc;   // a sentence
  Map example;       // arguments that decode
  std::vector<Field> arguments;
  // Accepted because Salt swallows them there, without effect; each with advice shown as a warning.
  std::vector<std::pair<std::string, std::string>> ignored = {};
  bool is_action = false;       // does something each time, so a second run is no repetition
  bool takes_anything = false;  // unknown arguments are no error
  // Decodes only. Throws Error(invalid) with every problem.
  std::function<void(const Map& args)> check;
  // Looks, compares, and unless world.dry_run changes and verifies. Throws Error for what can't be done.
  std::function<Outcome(const Map& args, World& world)> run;
  // What a watched change does when the state itself changed nothing; empty: `watch` means `require`.
  std::function<Outcome(const Map& args, World& world)> on_refresh = {};
  // For `aggregate`: adds to the arguments what another state of this function asks for; false when the two can't be done
  // together. Empty: never.
  std::function<bool(Map& args, const Map& other)> absorb = {};

  bool takes(const std::string& argument) const;
};

struct Module {
  std::string name;
  std::string doc;
  std::vector<Function> functions;
};

class Registry {
 public:
  explicit Registry(std::vector<Module> modules);

  const std::vector<Module>& modules() const { return modules_; }
  // Null when there is no such function.
  const Function* find(const std::string& module, const std::string& function) const;
  // "file.managed", sorted.
  std::vector<std::string> names() const;
  // {"file.managed": "text"} as sys.state_doc gives it; `pattern` is a glob over names, a module's name, or empty.
  Map docs(const std::string& pattern = "") const;

 private:
  std::vector<Module> modules_;
};

// Everything this program can manage.
const Registry& registry();

}  // namespace halite::states
