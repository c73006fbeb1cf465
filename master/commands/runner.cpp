// Commands that run functions on the master itself.
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"
#include "master/commands/permission.h"

namespace halite::master {
namespace {

// The caller hears what the run says until it ends; when the caller goes, the run goes on.
Task<wire::RunnerResult> watch(std::shared_ptr<RunnerJob> job, wire::ControlEvents& events) {
  const wire::RunnerProgress first{"", job->jid};
  co_await events.send(wire::encode_message(first));
  for (;;) {
    while (!job->said.empty()) {
      const wire::RunnerProgress progress{std::move(job->said.front()), ""};
      job->said.pop_front();
      co_await events.send(wire::encode_message(progress));
    }
    if (job->is_finished()) break;
    co_await job->changed.wait(std::chrono::seconds(1));
    if (events.is_gone()) throw Error(ErrorKind::unavailable, "the caller has gone");
  }
  if (job->error) throw *job->error;
  co_return *job->result;
}

Task<wire::RunnerResult> run(RunnerDesk& desk, const RunnerTable& table, std::string kind, Operator who, wire::RunFunction call) {
  if (kind == "wheel") check_wheel(who, call);
  else check_runner(who, call);
  log::info("{} runs {}", who.actor().user, escape_control(call.fun));
  const bool waits = call.wait;
  const auto job = co_await desk.start(table, std::move(kind), std::move(call), who.caller);
  if (!waits) {
    wire::RunnerResult started;
    started.jid = job->jid;
    co_return started;
  }
  try {
    co_return co_await watch(job, who.events);
  } catch (...) {
    job->is_watched = false;
    job->said.clear();
    throw;
  }
}

Task<wire::RunnerList> list(const RunnerTable& runners) { co_return runners.list(); }

void add_table(OperatorCommands& commands, RunnerDesk& desk, const RunnerTable& table, const std::string& kind, const char* doc) {
  commands.add(OperatorCommand<wire::RunFunction, wire::RunnerResult>{
      .name = kind + ".run",
      .doc = doc,
      .access = Access::granted,
      .handle = [&desk, &table, kind](Operator who, wire::RunFunction call) {
        return run(desk, table, kind, std::move(who), std::move(call));
      },
  });
}

}  // namespace

void add_runner_commands(OperatorCommands& commands, RunnerDesk& desk, const RunnerTable& runners, const RunnerTable& wheels) {
  add_table(commands, desk, runners, "runner", "Run a function on the master.");
  add_table(commands, desk, wheels, "wheel", "Run a function about the master's keys and settings.");
  commands.add(OperatorCommand<wire::NoArguments, wire::RunnerList>{
      .name = "runner.list",
      .doc = "The functions that run on the master.",
      .access = Access::granted,
      .handle = [&runners](Operator, wire::NoArguments) { return list(runners); },
  });
}

}  // namespace halite::master
