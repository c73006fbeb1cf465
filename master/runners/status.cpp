// status.*: how the master itself is.
#include "master/runners/runners.h"

namespace halite::master {
namespace {

Task<wire::RunnerResult> master_status(const Metrics& metrics) {
  Map status{{"version", HALITE_VERSION}};
  for (const auto& [name, value] : metrics.as_map()) status.set(name, value);
  co_return plain_result(std::move(status));
}

}  // namespace

void add_status_runners(RunnerTable& runners, const Metrics& metrics) {
  runners.add(Runner<NoRunnerArguments>{"status.master", "What the master counts.",
                                        [&metrics](NoRunnerArguments, RunnerCaller) { return master_status(metrics); }});
}

}  // namespace halite::master
