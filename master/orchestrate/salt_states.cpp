#include "master/orchestrate/salt_states.h"

namespace halite::master {

states::Module salt_states(SaltStatesParts parts) {
  return {"salt",
          "What an orchestration has minions and the master do.",
          {salt_state(parts), salt_function(parts), salt_runner(parts), salt_wheel(parts), salt_parallel_runners(parts),
           salt_wait_for_event(parts)}};
}

Value runner_return(const wire::RunnerResult& result) {
  if (result.out.empty()) return result.value;
  return Map{{"data", result.value}, {"outputter", result.out}, {"retcode", result.retcode}};
}

}  // namespace halite::master
