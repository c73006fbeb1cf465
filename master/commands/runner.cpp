// Commands that run functions on the master itself.
#include "common/base/log.h"
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"

namespace halite::master {
namespace {

Task<void> say(wire::ControlEvents& events, std::string text) {
  const wire::RunnerProgress progress{std::move(text)};
  co_await events.send(wire::encode_message(progress));
}

Task<wire::RunnerResult> run(const RunnerTable& runners, Operator who, wire::RunFunction call) {
  log::info("{} runs {}", who.caller.user, escape_control(call.fun));
  wire::ControlEvents& events = who.events;
  RunnerCaller caller{who.caller.user, [&events](std::string text) { return say(events, std::move(text)); }};
  co_return co_await runners.run(std::move(call), std::move(caller));
}

Task<wire::RunnerList> list(const RunnerTable& runners) { co_return runners.list(); }

}  // namespace

void add_runner_commands(OperatorCommands& commands, const RunnerTable& runners) {
  commands.add(OperatorCommand<wire::RunFunction, wire::RunnerResult>{
      .name = "runner.run",
      .doc = "Run a function on the master.",
      .access = Access::operators,
      .handle = [&runners](Operator who, wire::RunFunction call) { return run(runners, std::move(who), std::move(call)); },
  });
  commands.add(OperatorCommand<wire::NoArguments, wire::RunnerList>{
      .name = "runner.list",
      .doc = "The functions that run on the master.",
      .access = Access::operators,
      .handle = [&runners](Operator, wire::NoArguments) { return list(runners); },
  });
}

}  // namespace halite::master
