// The master's local control socket: operators' commands, from processes on this machine whose user the kernel names.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "common/control/protocol.h"
#include "common/data/value.h"
#include "common/wire/loop.h"

namespace halite::wire {

// Who is on the other end: from SO_PEERCRED at the time of connecting.
struct Caller {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
  std::string user;         // name of uid, or the number as text
  std::string behind = {};  // the user who became root by sudo, as root's own tools say; else empty
};

// What a running command may say before its result.
class ControlEvents {
 public:
  virtual ~ControlEvents() = default;
  // Waits while the caller reads slowly. Throws Error(unavailable) when the caller has gone or reads nothing for too long.
  virtual Task<void> send(Value event) = 0;
  virtual bool is_gone() const = 0;
};

// Runs on the loop. `events` is valid until the task ends. An error goes to the caller with its kind and frames.
using ControlHandler = std::function<Task<Value>(Caller, std::string command, Map arguments, ControlEvents& events)>;

struct ControlServerOptions {
  std::string path;                                   // of the socket; its folder exists
  mode_t mode = 0600;                                 // of the socket file
  gid_t group = static_cast<gid_t>(-1);               // its group; -1: leave
  std::size_t connection_limit = 128;                 // further ones are told so and closed
  std::size_t user_connection_limit = 16;             // of one user who is neither root nor this process's own
  Duration idle_limit = std::chrono::minutes(10);     // between two requests
  Duration request_limit = std::chrono::seconds(10);  // for a request that has begun to arrive in full
  Duration write_limit = std::chrono::seconds(30);    // for a caller that does not read
};

class ControlServer {
 public:
  struct Impl;  // in the source file
  // Replaces a socket file that no one listens on. Throws Error(unavailable) when another master does.
  ControlServer(Loop& loop, ControlServerOptions options, ControlHandler handler);
  // Removes the socket file.
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;

  void start();
  void close();
  std::size_t connections() const;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
