// Commands of the processes in which orchestrations run. Any other process is refused.
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"

namespace halite::master {
namespace {

Task<OrchestrationOrder> take(const Orchestrations& orchestrations, Operator who) { co_return orchestrations.take(who.caller.pid); }

Task<Value> say(Orchestrations& orchestrations, Operator who, wire::RunnerProgress progress) {
  co_await orchestrations.say(who.caller.pid, std::move(progress.text));
  co_return Value(Map{});
}

Task<Value> take_result(Orchestrations& orchestrations, Operator who, OrchestrationPart part) {
  orchestrations.take_result(who.caller.pid, part);
  co_return Value(Map{});
}

}  // namespace

void add_orchestration_commands(OperatorCommands& commands, Orchestrations& orchestrations) {
  commands.add(OperatorCommand<wire::NoArguments, OrchestrationOrder>{
      .name = "orchestration.take",
      .doc = "What this process of the master is to do.",
      .access = Access::granted,
      .handle = [&orchestrations](Operator who, wire::NoArguments) { return take(orchestrations, std::move(who)); },
  });
  commands.add(OperatorCommand<wire::RunnerProgress, Value>{
      .name = "orchestration.say",
      .doc = "How far it is.",
      .access = Access::granted,
      .handle = [&orchestrations](Operator who, wire::RunnerProgress progress) {
        return say(orchestrations, std::move(who), std::move(progress));
      },
  });
  commands.add(OperatorCommand<OrchestrationPart, Value>{
      .name = "orchestration.result",
      .doc = "What came of it, in parts.",
      .access = Access::granted,
      .size_limit_bytes = 2 * result_part_bytes,
      .handle = [&orchestrations](Operator who, OrchestrationPart part) {
        return take_result(orchestrations, std::move(who), std::move(part));
      },
  });
}

}  // namespace halite::master
