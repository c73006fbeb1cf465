// The listening end of ZeroMQ's transport: many peers at a small cost each. It moves messages; what they mean is the business
// of RequestServer (ROUTER) and Publisher (PUB).
//
// libzmq takes 35 KB and two allocations of queues for each connection, tells a publisher nothing of who is connected, and
// searches all timers of all connections at each heartbeat. Here an idle peer costs about 1 KB and no work.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/wire/loop.h"
#include "common/wire/zmtp.h"

namespace halite::wire {

struct ZmtpServerOptions {
  ZmtpRole role = ZmtpRole::router;
  int backlog = 1000;
  bool ipv6 = false;                                 // an address of IPv6 takes IPv4 peers as well
  std::size_t frame_limit_bytes = 64u << 20;         // a peer that sends more is cut off
  // Of all messages that have arrived in part: then the one goes that has been on its way the longest, among those of 1 MiB.
  std::size_t partial_limit_bytes = 256u << 20;
  Duration handshake_limit = std::chrono::seconds(30);
  Duration heartbeat = std::chrono::seconds(0);      // a peer silent for so long is asked, for two of these is cut off; 0: never
  // A peer that takes nothing of what waits for it is cut off, and one that stops in the middle of a message.
  Duration stall_limit = std::chrono::seconds(60);
  Duration sweep_interval = std::chrono::seconds(1);  // between two looks at these three
  int keepalive_idle_s = 300;                        // TCP keepalive, as Salt's tcp_keepalive_idle
  std::size_t send_limit = 1000;                     // messages that wait for one peer; further ones are dropped
  std::size_t send_limit_bytes = 4u << 20;           // a router reads nothing of a peer while so much waits for it
  std::size_t unanswered_limit = 64;                 // nor while so many of its requests have no reply, or so many wait for it
  // Of connections; 0: none. When it is reached, an address that has fewer takes the place of the youngest connection of the
  // address that has most (an IPv6 network of 64 bits counts as one), so that one host can't lock out all others.
  std::size_t connection_limit = 0;
};

struct ZmtpCounters {
  std::uint64_t accepted = 0;
  std::uint64_t cut_off = 0;   // for what they sent, for silence, or for taking nothing
  std::uint64_t dropped = 0;   // messages for peers that were too slow
  std::uint64_t turned_away = 0;  // connections for which there was no place
};

// Lives on the loop thread.
class ZmtpServer {
 public:
  struct Impl;  // in the source file
  using Peer = std::uint64_t;  // never used twice
  struct Message {
    std::vector<std::string> frames;
    std::string address;       // IP address of the peer
  };
  // None of them may destroy the server.
  struct Handlers {
    std::function<void(Peer)> came = [](Peer) {};   // it has said what it is
    std::function<void(Peer)> left = [](Peer) {};   // after `came`
    std::function<void(Peer, Message)> message;     // for a publisher: one frame, 1 or 0 and the topic, for a subscription
  };

  // Binds at once: "tcp://127.0.0.1:4506", "tcp://[::]:4506", port 0 takes a free one. Throws Error(invalid) for what is no such
  // address, Error(denied) or Error(unavailable) when it can't be bound, each with the address.
  ZmtpServer(Loop& loop, ZmtpServerOptions options, std::string address, Handlers handlers);
  ~ZmtpServer();
  ZmtpServer(const ZmtpServer&) = delete;

  void start();
  void close();
  // Where it really listens.
  const std::string& address() const;

  // Bytes that zmtp_message made; one copy serves many peers. False when they are dropped: the peer is gone or too slow.
  bool send(Peer peer, std::shared_ptr<const std::string> bytes);
  // The reply of a router to a request.
  bool reply(Peer peer, std::string payload);
  void drop(Peer peer);
  // Reads nothing more from anybody, until told to go on.
  void pause();
  void go_on();

  std::size_t connections() const;
  const ZmtpCounters& counters() const;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
