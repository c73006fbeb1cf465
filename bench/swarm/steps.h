// The steps that can be measured. To add one: a function in one of the steps_*.cpp files and its line in the table of steps.cpp.
#pragma once

#include <string>
#include <vector>

#include "bench/swarm/fleet.h"
#include "bench/swarm/report.h"

namespace halite::swarm {

std::vector<std::string> step_names();
// Of all steps, for --help.
std::string steps_help();
bool step_needs_command(const std::string& name);

Task<StepReport> run_step(Fleet& fleet, StepText step);

// A step does its work and fills in what is its own; time, series and the master's use are measured around it.
using StepWork = Task<void> (*)(Fleet& fleet, StepText step, StepReport& report);

Task<void> enrol(Fleet& fleet, StepText step, StepReport& report);
Task<void> idle(Fleet& fleet, StepText step, StepReport& report);
Task<void> reauthenticate(Fleet& fleet, StepText step, StepReport& report);
Task<void> storm(Fleet& fleet, StepText step, StepReport& report);
Task<void> ping(Fleet& fleet, StepText step, StepReport& report);
Task<void> job(Fleet& fleet, StepText step, StepReport& report);
Task<void> push_returns(Fleet& fleet, StepText step, StepReport& report);
Task<void> fetch_pillars(Fleet& fleet, StepText step, StepReport& report);
Task<void> fetch_files(Fleet& fleet, StepText step, StepReport& report);
Task<void> send_events(Fleet& fleet, StepText step, StepReport& report);
Task<void> update_mines(Fleet& fleet, StepText step, StepReport& report);
Task<void> mixed_day(Fleet& fleet, StepText step, StepReport& report);

// What one minion does, for the steps above and for the mixed day.
Task<void> send_event(Minion& minion, std::int64_t number);
Task<void> update_mine(Minion& minion, std::int64_t number);
Task<void> fetch_pillar(Minion& minion);
// Gives the size; nothing when it failed, which is counted under "file".
Task<std::optional<std::uint64_t>> fetch_file(Fleet& fleet, Minion& minion, std::string path);
// One test.ping to all, whose returns all have to come; measured as "command".
Task<void> ping_all(Fleet& fleet, StepReport& report);
// swarm.data to all, likewise.
Task<void> data_from_all(Fleet& fleet, std::int64_t size_bytes, StepReport& report);

}  // namespace halite::swarm
