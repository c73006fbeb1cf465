// ZeroMQ sockets as coroutines. The only place that knows of libzmq's edge-triggered descriptor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/loop.h"
#include "common/wire/task.h"

namespace halite::wire {

// libzmq's context: one I/O thread. Destroy it after its sockets; unsent data is dropped then.
class SocketContext {
 public:
  SocketContext();
  // Closes the sockets that are still open: suspended coroutines may hold some, and libzmq would wait for them for ever.
  ~SocketContext();
  SocketContext(const SocketContext&) = delete;
  void* handle() const { return handle_; }

 private:
  friend class Socket;
  struct OpenSockets;
  void* handle_;
  std::shared_ptr<OpenSockets> open_;
};

// A publisher also receives: one frame, 1 or 0 and a topic, for each subscription that comes or goes.
enum class SocketKind { router, publisher, dealer, subscriber };

struct SocketOptions {
  int send_limit = 1000;                      // messages queued for one peer; further ones are dropped (publisher, router)
  int receive_limit = 1000;
  std::int64_t size_limit_bytes = -1;         // of one received frame; a peer that sends more is cut off
  int backlog = 1000;
  Duration linger = std::chrono::milliseconds(0);
  Duration reconnect_min = std::chrono::milliseconds(100);
  Duration reconnect_max = std::chrono::seconds(5);
  int keepalive_idle_s = 300;                 // TCP keepalive, as Salt's tcp_keepalive_idle; 0: off
  Duration heartbeat = std::chrono::seconds(0);  // a peer silent for two of these is cut off; 0: never
  bool ipv6 = false;
};

struct Received {
  std::vector<std::string> frames;
  std::string peer_address;  // IP address of a TCP peer, else empty
};

// Lives on the loop thread. A coroutine that waits in receive() keeps the socket's inside alive.
class Socket {
 public:
  Socket(Loop& loop, SocketContext& context, SocketKind kind, const SocketOptions& options);
  ~Socket();
  Socket(Socket&&) noexcept;
  Socket& operator=(Socket&&) noexcept;

  // "tcp://127.0.0.1:4506", "inproc://name"; port 0 takes a free one. Throws Error(unavailable) when the address is in use,
  // Error(denied) or Error(invalid) for others, with the address named. Gives the real address.
  std::string bind(const std::string& address);
  // A host name is looked up anew at each (re)connection, on libzmq's thread. Throws Error(invalid) for bad syntax only.
  void connect(const std::string& address);
  void subscribe(const std::string& topic);
  // One receiver at a time. Throws Error(unavailable) once the socket is closed.
  Task<Received> receive();
  // Nothing after `limit`.
  Task<std::optional<Received>> receive_for(Duration limit);
  // Never waits: false when the message was not taken (no peer, or its queue is full).
  bool send(const std::vector<std::string>& frames);
  // A waiting receiver gets Error(unavailable).
  void close();

 private:
  friend class SocketContext;
  struct Impl;
  explicit Socket(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
