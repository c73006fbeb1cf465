// The process of one orchestration: this program again, as libzmq's threads forbid a bare fork.
#pragma once

#include <sys/types.h>

#include <string>

namespace halite::master {

// The first argument that makes halite-master such a process; the second is the control socket.
constexpr const char* orchestration_mode = "--orchestration-process";

// Gives the process id; the caller waits for its end. It ends with the master. Throws Error(unavailable).
pid_t start_orchestration_process(const std::string& socket_path);

// main() of the process: takes its order from the master, runs it, and gives the result back. Gives the exit code.
int orchestration_main(const std::string& socket_path);

}  // namespace halite::master
