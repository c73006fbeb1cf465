// Looks once a second which jobs of the schedule are due, and has them started.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/wire/workers.h"
#include "minion/execute.h"
#include "minion/schedule/schedule_store.h"
#include "minion/schedule/timetable.h"

namespace halite::minion {

class Scheduler {
 public:
  // `start` runs a job to its end. What is passed must outlive the scheduler.
  Scheduler(wire::Loop& loop, wire::Workers& workers, const Tools& tools, std::function<Task<void>(Job)> start);

  // For ever. The pillar must have been made once before.
  Task<void> run();

  // What is to start now. Reads the schedule where it has changed.
  std::vector<Job> look(Instant now);

 private:
  void read(Instant now);
  Job job_of(const ScheduleOptions& options);
  std::int64_t running(const std::string& name) const;

  wire::Loop& loop_;
  wire::Workers& workers_;
  const Tools& tools_;
  std::function<Task<void>(Job)> start_;
  ScheduleStore store_;
  Timetable table_;
  std::optional<std::string> version_;  // of what was read
  Map pillar_schedule_;
  Value whens_;
  std::int64_t last_jid_us_ = 0;
};

// The run of a scheduled job.
Job scheduled_job(const ScheduleOptions& options, std::string jid);

}  // namespace halite::minion
