// The minion's connections to port 4506: one question and its answer at a time on each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/loop.h"
#include "common/wire/socket.h"

namespace halite::wire {

class RequestChannel {
 public:
  RequestChannel(Loop& loop, SocketContext& sockets, std::string address, SocketOptions options);

  // Sends and waits for the answer; nothing after `limit`. A connection that did not answer is given up, so that its late
  // answer can't be taken for another's. Up to four questions are under way at once, further ones wait.
  Task<std::optional<std::string>> ask(std::string payload, Duration limit);
  void close();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
