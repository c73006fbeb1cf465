// Every group of commands; master.cpp calls these in a row, so that the list of everything the master answers is one screen.
// What a group needs is in its parameter list.
#pragma once

#include <functional>
#include <memory>

#include "common/config/master_settings.h"
#include "common/crypto/rsa.h"
#include "common/wire/workers.h"
#include "master/commands/command_table.h"
#include "master/events/event_bus.h"
#include "master/files/files.h"
#include "master/files/pushed_files.h"
#include "master/files/tops.h"
#include "master/jobs/job_board.h"
#include "master/jobs/served.h"
#include "master/keys/keyring.h"
#include "master/orchestrate/orchestrations.h"
#include "master/rights/audit_trail.h"
#include "master/runners/runner_desk.h"
#include "master/runners/runner_table.h"
#include "master/store/store.h"

namespace halite::master {

// For minions, on port 4506.
void add_result_commands(MinionCommands& commands, JobBoard& jobs, EventBus& events);
void add_file_commands(MinionCommands& commands, Files& files, wire::Workers& workers, Served& served,
                       std::size_t chunk_size_bytes);
// Only where file_recv is on: elsewhere there is no such command.
void add_push_commands(MinionCommands& commands, std::shared_ptr<PushedFiles> pushed, wire::Workers& workers);
void add_option_commands(MinionCommands& commands, const MasterSettings& settings, std::shared_ptr<const Tops> tops,
                         wire::Workers& workers);
void add_mine_commands(MinionCommands& commands, Store& store, Targets& targets);
void add_trust_commands(MinionCommands& commands, Keyring& keyring, bool may_revoke);

// For operators, on the control socket.
void add_key_commands(OperatorCommands& commands, Keyring& keyring, const crypto::PrivateKey& master_key);
void add_enrolment_commands(OperatorCommands& commands, Enrolments& enrolments, Host& host);
void add_job_commands(OperatorCommands& commands, JobBoard& jobs, Targets& targets);
void add_event_commands(OperatorCommands& commands, EventBus& events, AuditTrail& audit);
void add_runner_commands(OperatorCommands& commands, RunnerDesk& desk, const RunnerTable& runners, const RunnerTable& wheels);
// For the processes of orchestrations alone.
void add_orchestration_commands(OperatorCommands& commands, Orchestrations& orchestrations);

}  // namespace halite::master
