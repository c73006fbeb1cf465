#include "master/orchestrate/orchestrations.h"

#include <signal.h>
#include <sys/wait.h>

#include <cstring>

#include "common/base/error.h"
#include "common/data/msgpack.h"
#include "master/orchestrate/process.h"

namespace halite::master {

struct Orchestrations::Process {
  Process(wire::Loop& loop, OrchestrationOrder the_order, RunnerCaller the_caller)
      : order(std::move(the_order)), caller(std::move(the_caller)), changed(loop) {}
  OrchestrationOrder order;
  RunnerCaller caller;
  pid_t pid = 0;
  std::string packed;  // the result, as far as it has come
  std::optional<wire::RunnerResult> result;
  wire::WaitPoint changed;
};

namespace {

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("ended with code {}; the master's log says why", WEXITSTATUS(status));
}

}  // namespace

Orchestrations::Orchestrations(wire::Loop& loop, std::string socket_path, Map settings, std::size_t limit)
    : loop_(loop), socket_path_(std::move(socket_path)), settings_(std::move(settings)), limit_(limit) {}

Orchestrations::~Orchestrations() {
  for (const auto& [pid, process] : processes_) ::kill(pid, SIGTERM);
}

Task<wire::RunnerResult> Orchestrations::run(OrchestrationOrder order, RunnerCaller caller) {
  if (processes_.size() >= limit_)
    throw Error(ErrorKind::unavailable, "{} orchestrations run already; wait for some to end, or kill them (jobs.active)", processes_.size());
  order.settings = settings_;
  auto process = std::make_shared<Process>(loop_, std::move(order), std::move(caller));
  process->pid = start_orchestration_process(socket_path_);
  processes_[process->pid] = process;
  return wait(std::move(process));
}

Task<wire::RunnerResult> Orchestrations::wait(std::shared_ptr<Process> process) {
  constexpr auto look_again = std::chrono::milliseconds(100);
  int status = 0;
  while (::waitpid(process->pid, &status, WNOHANG) == 0)
    co_await process->changed.wait(process->result ? std::chrono::milliseconds(5) : look_again);
  processes_.erase(process->pid);
  if (!process->result)
    throw Error(ErrorKind::unavailable, "the process of orchestration {} {}", process->order.jid, how_it_ended(status));
  co_return std::move(*process->result);
}

std::shared_ptr<Orchestrations::Process> Orchestrations::of(pid_t pid) const {
  const auto found = processes_.find(pid);
  if (found == processes_.end()) throw Error(ErrorKind::denied, "process {} may not do that: it is no orchestration of this master", pid);
  return found->second;
}

wire::Caller Orchestrations::acting_for(wire::Caller caller) const {
  const auto found = processes_.find(caller.pid);
  if (found == processes_.end()) return caller;
  wire::Caller behind = found->second->caller.origin;
  behind.pid = caller.pid;
  return behind;
}

OrchestrationOrder Orchestrations::take(pid_t pid) const { return of(pid)->order; }

Task<void> Orchestrations::say(pid_t pid, std::string text) {
  const auto process = of(pid);
  co_await process->caller.say(std::move(text));
}

void Orchestrations::take_result(pid_t pid, const OrchestrationPart& part) {
  const auto process = of(pid);
  if (const auto* bytes = part.data.if_bytes()) {
    if (process->packed.size() + bytes->data.size() > result_limit_bytes)
      throw Error(ErrorKind::invalid, "the result of an orchestration has more than {} bytes", result_limit_bytes);
    process->packed += bytes->data;
    return;
  }
  const std::string packed = std::exchange(process->packed, {});
  process->result = wire::decode_message<wire::RunnerResult>(from_msgpack(packed), "the result of an orchestration");
  process->changed.notify_all();
}

bool Orchestrations::tell_to_end(const std::string& jid) {
  for (const auto& [pid, process] : processes_)
    if (process->order.jid == jid) return ::kill(pid, SIGTERM) == 0;
  return false;
}

}  // namespace halite::master
