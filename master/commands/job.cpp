// Commands by which operators run things on minions.
#include "common/wire/messages/job.h"

#include "common/base/log.h"
#include "master/commands/commands.h"
#include "master/commands/permission.h"

namespace halite::master {
namespace {

wire::JobSummary summary_of(const Job& job) {
  wire::JobSummary summary{job.jid, job.minions, job.missing, job.outcomes};
  for (const auto& id : job.waiting) summary.outcomes[id] = wire::outcome::running;
  return summary;
}

Task<void> tell_events(std::shared_ptr<Job> job, Operator who) {
  wire::JobEvent started;
  started.kind = "started";
  started.jid = job->jid;
  started.minions = job->minions;
  started.missing = job->missing;
  co_await who.events.send(wire::encode_message(started));
  for (;;) {
    while (!job->events.empty()) {
      const wire::JobEvent event = std::move(job->events.front());
      job->events.pop_front();
      co_await who.events.send(wire::encode_message(event));
    }
    if (job->is_finished) break;
    co_await job->changed.wait(std::chrono::seconds(1));
    if (who.events.is_gone()) throw Error(ErrorKind::unavailable, "the caller has gone");
  }
}

Task<wire::JobSummary> publish(JobBoard& jobs, Targets& targets, Operator who, wire::PublishJob request) {
  const bool waits = request.wait;
  request = co_await permitted(who, targets, std::move(request));
  const auto job = co_await jobs.start(std::move(request), who.actor());
  log::info("{} runs {} on {} minions: job {}", who.actor().user, short_text(job->load.at("fun")), job->minions.size(), job->jid);
  if (!waits) co_return summary_of(*job);
  try {
    co_await tell_events(job, who);
  } catch (...) {
    // The job goes on without its caller, who can look it up later; but a batch goes no further than its caller watches it.
    jobs.end_batch(job);
    job->is_watched = false;
    job->events.clear();
    throw;
  }
  co_return summary_of(*job);
}

Task<wire::MatchedMinions> match(Targets& targets, Operator who, wire::TargetQuery query) {
  auto resolved = co_await targets.resolve(std::move(query));
  resolved.who.minions = visible(who, std::move(resolved.who.minions));
  co_return std::move(resolved.who);
}

}  // namespace

void add_job_commands(OperatorCommands& commands, JobBoard& jobs, Targets& targets) {
  commands.add(OperatorCommand<wire::PublishJob, wire::JobSummary>{
      .name = "job.publish",
      .doc = "Run a function on minions, and tell the returns as they come.",
      .access = Access::granted,
      .size_limit_bytes = 8 << 20,
      .handle = [&jobs, &targets](Operator who, wire::PublishJob request) {
        return publish(jobs, targets, std::move(who), std::move(request));
      },
  });
  commands.add(OperatorCommand<wire::TargetQuery, wire::MatchedMinions>{
      .name = "target.match",
      .doc = "Which minions a target means.",
      .access = Access::granted,
      .size_limit_bytes = 8 << 20,
      .handle = [&targets](Operator who, wire::TargetQuery query) { return match(targets, std::move(who), std::move(query)); },
  });
}

}  // namespace halite::master
