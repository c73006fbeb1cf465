// The command-line tools' side of the control socket: plain blocking code, no event loop.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "common/base/unique_fd.h"
#include "common/control/protocol.h"
#include "common/data/value.h"

namespace halite::control {

class Client {
 public:
  // Connects. Throws Error(unavailable) when no master listens there, Error(denied) when this user may not, both with the
  // path and what to do.
  explicit Client(const std::string& socket_path);

  // Sends a request. Replies of an earlier one must have been read to their end.
  void send(std::string command, Map arguments);
  // The next reply; nothing after `limit` (a negative one waits for ever). Throws Error(unavailable) when the master goes away.
  std::optional<Reply> next(std::chrono::milliseconds limit = std::chrono::milliseconds(-1));

  // Sends, hands events to `on_event`, and gives the result or throws the master's error. `limit` is for each wait.
  Value call(std::string command, Map arguments, const std::function<void(const Value&)>& on_event = {},
             std::chrono::milliseconds limit = std::chrono::milliseconds(-1));

  // For poll() together with other descriptors.
  int descriptor() const { return socket_.get(); }

 private:
  bool fill(std::size_t wanted_bytes, std::optional<std::chrono::steady_clock::time_point> deadline);
  std::string path_;
  UniqueFd socket_;
  std::string buffer_;
};

}  // namespace halite::control
