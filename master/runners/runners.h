// Every group of runner functions. The results have Salt's shapes, so that halite-run prints what salt-run does.
#pragma once

#include "common/config/master_settings.h"
#include "common/crypto/rsa.h"
#include "common/wire/request_server.h"
#include "common/wire/workers.h"
#include "master/events/event_bus.h"
#include "master/files/files.h"
#include "master/jobs/job_board.h"
#include "master/keys/keyring.h"
#include "master/metrics/metrics.h"
#include "master/orchestrate/orchestrations.h"
#include "master/pillars/pillar_desk.h"
#include "master/reactor/reactor.h"
#include "master/runners/runner_desk.h"
#include "master/runners/runner_table.h"
#include "master/store/store.h"

namespace halite::master {

void add_job_runners(RunnerTable& runners, JobBoard& jobs, Store& store, const RunnerDesk& desk, Orchestrations& orchestrations);
void add_manage_runners(RunnerTable& runners, JobBoard& jobs, const Presence& presence, Keyring& keyring, Store& store);
void add_pillar_runners(RunnerTable& runners, PillarDesk& pillars, Store& store);
void add_fileserver_runners(RunnerTable& runners, Files& files, wire::Workers& workers, std::function<Task<void>()> update);
void add_status_runners(RunnerTable& runners, const Metrics& metrics);
void add_audit_runners(RunnerTable& runners, Store& store);
void add_state_runners(RunnerTable& runners, Orchestrations& orchestrations, PillarDesk& pillars, std::string master_id);
void add_reactor_runners(RunnerTable& runners, Reactor& reactor);
void add_cache_runners(RunnerTable& runners, Store& store, Targets& targets);
void add_minion_runners(RunnerTable& runners, JobBoard& jobs, Store& store, Targets& targets);
void add_plain_runners(RunnerTable& runners, const RunnerTable& wheels, EventBus& events, const MasterSettings& settings);
// About the master's keys and settings; a table of their own, as Salt has it.
void add_wheel_functions(RunnerTable& wheels, Keyring& keyring, const crypto::PrivateKey& master_key, const MasterSettings& settings,
                         const Presence& presence, wire::Workers& workers);

// Result that is shown as `nested`, exit code 0.
wire::RunnerResult plain_result(Value value);

// For functions without arguments.
struct NoRunnerArguments {
  static const Schema<NoRunnerArguments>& schema();
};

}  // namespace halite::master
