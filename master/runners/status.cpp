// status.*: how the master itself is.
#include "master/runners/runners.h"

namespace halite::master {
namespace {

Task<wire::RunnerResult> master_status(Keyring& keyring, JobBoard& jobs, EventBus& events, const wire::RequestServer& requests) {
  const wire::RequestCounters& counters = requests.counters();
  const auto count = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  co_return plain_result(Map{{"version", HALITE_VERSION},
                             {"accepted_minions", count(keyring.accepted_ids().size())},
                             {"running_jobs", count(jobs.running().size())},
                             {"events", count(events.count())},
                             {"requests", count(counters.requests)},
                             {"authentications", count(counters.auths)},
                             {"replies", count(counters.replies)},
                             {"refused", counters.refusals.as_map()}});
}

}  // namespace

void add_status_runners(RunnerTable& runners, Keyring& keyring, JobBoard& jobs, EventBus& events,
                        const wire::RequestServer& requests) {
  runners.add(Runner<NoRunnerArguments>{"status.master", "What the master counts.", [&](NoRunnerArguments, RunnerCaller) {
                                          return master_status(keyring, jobs, events, requests);
                                        }});
}

}  // namespace halite::master
