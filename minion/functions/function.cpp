#include "minion/functions/function.h"

namespace halite::minion {
namespace {

bool is_callers_own(const std::string& name) { return name.rfind("__", 0) == 0; }

}  // namespace

Map bind_arguments(const Arguments& arguments, const std::vector<Field>& fields, const std::string& function) {
  if (arguments.positional.size() > fields.size())
    throw Error(ErrorKind::invalid, "Passed invalid arguments to {}: it takes {} positional argument{} but {} {} given",
                function, fields.size(), fields.size() == 1 ? "" : "s", arguments.positional.size(),
                arguments.positional.size() == 1 ? "was" : "were");
  Map named;
  for (std::size_t i = 0; i < arguments.positional.size(); ++i) named.set(fields[i].name, arguments.positional[i]);
  for (const auto& [key, value] : arguments.named) {
    const std::string& name = key.as_string("the name of an argument");
    if (is_callers_own(name)) continue;
    if (named.contains(name))
      throw Error(ErrorKind::invalid, "Passed invalid arguments to {}: got multiple values for argument '{}'", function, name);
    named.set(name, value);
  }
  return named;
}

Function free_function(std::string name, std::string doc, Value (*run)(const Arguments&, Call&)) {
  Function result;
  result.name = std::move(name);
  result.doc = std::move(doc);
  result.takes_any = true;
  result.run = [run](const Arguments& arguments, Call& call) {
    Arguments own = arguments;
    for (const auto& key : arguments.named.keys())
      if (is_callers_own(key)) own.named.erase(key);
    return run(own, call);
  };
  return result;
}

}  // namespace halite::minion
