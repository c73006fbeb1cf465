// ZeroMQ's transport, ZMTP 3 with the mechanism NULL (RFC 23 and RFC 37 of rfc.zeromq.org): bytes in, frames out, no socket.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace halite::wire {

enum class ZmtpRole { publisher, router, subscriber, requester };
// Whether a peer that names this socket type can talk to the role.
bool zmtp_fits(ZmtpRole role, std::string_view peer_socket_type);

// The greeting and READY; both may be sent before the peer has said anything.
std::string zmtp_opening(ZmtpRole role);

// The frames of one message.
std::string zmtp_message(const std::vector<std::string_view>& frames);
// One request as a REQ socket sends it, and the reply to it: an empty delimiter and the payload.
std::string zmtp_request(std::string_view payload);
// The same up to the payload, of that size, which has to follow.
std::string zmtp_request_head(std::size_t payload_bytes);
// A subscription; ZMTP 3.0 knows it as a message, later versions as a command.
std::string zmtp_subscription(std::string_view topic, int peer_minor);
// The answer to a PING command; its body, without the name, as it came.
std::string zmtp_pong(std::string_view ping_body);
// Without a time to live: the peer has no opinion of when we are gone.
std::string zmtp_ping();

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
// The property "Socket-Type" of a READY command's data; empty when there is none. Throws Error(invalid) for properties that do
// not fit.
std::string zmtp_socket_type(std::string_view ready_data);

// What a peer sends: its greeting, then frames.
class ZmtpInput {
 public:
  explicit ZmtpInput(std::size_t frame_limit_bytes) : frame_limit_bytes_(frame_limit_bytes) {}

  void feed(std::string_view bytes);
  // The next frame that is complete; its body is valid until feed() is called. Throws Error(invalid) for a peer that does
  // not speak ZMTP 3 with NULL, for a frame over the limit, and for a command of more than 4 KiB.
  std::optional<ZmtpFrame> next();
  void set_frame_limit(std::size_t bytes) { frame_limit_bytes_ = bytes; }
  // Gives the memory of what was taken back; frames that next() gave are no longer valid.
  void trim();
  // What came and was not taken yet.
  std::size_t buffered() const { return buffer_.size() - read_; }
  // The memory it takes.
  std::size_t capacity() const { return buffer_.capacity(); }
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

}  // namespace halite::wire
