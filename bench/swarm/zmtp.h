// ZMTP 3 with the mechanism NULL, as a subscriber and a requester speak it: bytes in, frames out, no socket.
//
// libzmq costs a simulated minion two sockets with their queues and several descriptors; a plain TCP connection and this
// codec cost one descriptor and some hundred bytes, so that ten thousand fit into one process.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace halite::swarm {

enum class ZmtpRole { subscriber, requester };

// The greeting and READY; both may be sent before the peer has said anything.
std::string zmtp_opening(ZmtpRole role);

// One request as a REQ socket sends it: an empty delimiter and the payload.
std::string zmtp_request(std::string_view payload);
// A subscription; ZMTP 3.0 knows it as a message, later versions as a command.
std::string zmtp_subscription(std::string_view topic, int peer_minor);
// The answer to a PING command; its body, without the name, as it came.
std::string zmtp_pong(std::string_view ping_body);

struct ZmtpFrame {
  bool has_more = false;
  bool is_command = false;
  std::string_view body;
};

// A command frame: a name with its length in front, and data.
struct ZmtpCommand {
  std::string_view name, data;
};
// Throws Error(invalid) for a name that does not fit.
ZmtpCommand zmtp_command(std::string_view body);

// What a peer sends: its greeting, then frames.
class ZmtpInput {
 public:
  explicit ZmtpInput(std::size_t frame_limit_bytes) : frame_limit_bytes_(frame_limit_bytes) {}

  void feed(std::string_view bytes);
  // The next frame that is complete; its body is valid until feed() is called. Throws Error(invalid) for a peer that does
  // not speak ZMTP 3 with NULL, and for a frame over the limit.
  std::optional<ZmtpFrame> next();
  // Of ZMTP 3.x; -1 before the greeting came.
  int peer_minor() const { return peer_minor_; }

 private:
  bool read_greeting();
  std::string_view rest() const { return std::string_view(buffer_).substr(read_); }

  std::size_t frame_limit_bytes_;
  std::string buffer_;
  std::size_t read_ = 0;  // of buffer_
  int peer_minor_ = -1;
};

}  // namespace halite::swarm
