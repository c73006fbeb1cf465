// Jobs that take time run in a process of their own: the daemon stays small and answers meanwhile, a crash ends one job
// alone, and what a job used of memory goes with it. The process is this program again ("--job"), not a fork: libzmq has
// threads. It asks the daemon for what it wants of the master.
#pragma once

#include <string>

#include "minion/execute.h"
#include "minion/master_link.h"

namespace halite::minion {

struct JobProcessRequest {
  Job job;
  std::string config_directory;
  std::string id;
  Map grains;  // already known; saves the process from finding them
};

// Starts the process, serves its requests, and waits for its end. Blocks: for a worker thread. Its return is in the
// ReturnStore then. Gives how it ended: empty when well, else in words.
std::string supervise_job(const JobProcessRequest& request, MasterLink& master);

// The other side: main() of the job process. Gives the exit code.
int job_main();

}  // namespace halite::minion
