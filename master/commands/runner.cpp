// Commands that run functions on the master itself.
#include "common/base/log.h"
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"
#include "master/commands/permission.h"

namespace halite::master {
namespace {

Task<void> say(wire::ControlEvents& events, std::string text) {
  const wire::RunnerProgress progress{std::move(text)};
  co_await events.send(wire::encode_message(progress));
}

Task<wire::RunnerResult> run(const RunnerTable& runners, AuditTrail& audit, Operator who, wire::RunFunction call) {
  check_runner(who, call);
  const Actor actor = who.actor();
  co_await audit.note(actor, "runner.run", call.fun);
  log::info("{} runs {}", actor.user, escape_control(call.fun));
  wire::ControlEvents& events = who.events;
  RunnerCaller caller{actor.user, [&events](std::string text) { return say(events, std::move(text)); }, actor.uid};
  co_return co_await runners.run(std::move(call), std::move(caller));
}

Task<wire::RunnerList> list(const RunnerTable& runners) { co_return runners.list(); }

}  // namespace

void add_runner_commands(OperatorCommands& commands, const RunnerTable& runners, AuditTrail& audit) {
  commands.add(OperatorCommand<wire::RunFunction, wire::RunnerResult>{
      .name = "runner.run",
      .doc = "Run a function on the master.",
      .access = Access::granted,
      .handle = [&runners, &audit](Operator who, wire::RunFunction call) {
        return run(runners, audit, std::move(who), std::move(call));
      },
  });
  commands.add(OperatorCommand<wire::NoArguments, wire::RunnerList>{
      .name = "runner.list",
      .doc = "The functions that run on the master.",
      .access = Access::granted,
      .handle = [&runners](Operator, wire::NoArguments) { return list(runners); },
  });
}

}  // namespace halite::master
