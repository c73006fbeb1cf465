// Every group of runner functions. The results have Salt's shapes, so that halite-run prints what salt-run does.
#pragma once

#include "common/wire/request_server.h"
#include "common/wire/workers.h"
#include "master/events/event_bus.h"
#include "master/files/files.h"
#include "master/jobs/job_board.h"
#include "master/keys/keyring.h"
#include "master/pillars/pillar_desk.h"
#include "master/runners/runner_table.h"
#include "master/store/store.h"

namespace halite::master {

void add_job_runners(RunnerTable& runners, JobBoard& jobs, Store& store);
void add_manage_runners(RunnerTable& runners, JobBoard& jobs, const Presence& presence, Keyring& keyring, Store& store);
void add_pillar_runners(RunnerTable& runners, PillarDesk& pillars, Store& store);
void add_fileserver_runners(RunnerTable& runners, Files& files, wire::Workers& workers, std::function<Task<void>()> update);
void add_status_runners(RunnerTable& runners, Keyring& keyring, JobBoard& jobs, EventBus& events, const wire::RequestServer& requests);
void add_audit_runners(RunnerTable& runners, Store& store);

// Result that is shown as `nested`, exit code 0.
wire::RunnerResult plain_result(Value value);

// For functions without arguments.
struct NoRunnerArguments {
  static const Schema<NoRunnerArguments>& schema();
};

}  // namespace halite::master
