// The list of everything the master counts.
#pragma once

#include "common/wire/publisher.h"
#include "common/wire/request_server.h"
#include "common/wire/workers.h"
#include "master/commands/command_table.h"
#include "master/events/event_bus.h"
#include "master/files/files.h"
#include "master/jobs/job_board.h"
#include "master/keys/keyring.h"
#include "master/metrics/metrics.h"
#include "master/pillars/pillar_desk.h"
#include "master/store/store.h"

namespace halite::master {

// They outlive the metrics.
struct MetricSources {
  const wire::Publisher& publisher;
  const wire::RequestServer& requests;
  const MinionCommands& commands;
  const wire::Workers& workers;
  const wire::Workers& rsa_workers;
  const Keyring& keyring;
  const JobBoard& jobs;
  const EventBus& events;
  const Store& store;
  const PillarDesk& pillars;
  const Files& files;
};

void add_master_metrics(Metrics& metrics, const MetricSources& sources);

}  // namespace halite::master
