#include "minion/functions/taking_many.h"

namespace halite::minion {

Function taking_many(Function function) {
  function.run = [field = function.fields.at(0).name, run = std::move(function.run)](const Arguments& given, Call& call) {
    Arguments arguments{{}, given.named};
    if (!given.positional.empty()) arguments.named.set(field, given.positional);
    return run(arguments, call);
  };
  return function;
}

}  // namespace halite::minion
