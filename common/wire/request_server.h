// The master's side of port 4506: opens requests, proves who sent them, and replies exactly once to each.
//
// Only _auth is answered before authentication; every other clear-text command is refused with the same bytes.
// Identity at level 3 is what the session key and the token prove. Level 2 requests are sealed with the key that all
// minions share and most carry no proof: then Principal::is_proven is false and `id` is only what the sender claims.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/base/timings.h"
#include "common/crypto/rsa.h"
#include "common/data/value.h"
#include "common/wire/algorithms.h"
#include "common/wire/key_authority.h"
#include "common/wire/loop.h"
#include "common/wire/refusals.h"
#include "common/wire/shared_key.h"
#include "common/wire/turns.h"
#include "common/wire/workers.h"
#include "common/wire/zmtp_server.h"

namespace halite::wire {

// Who sent a request.
struct Principal {
  std::string id;            // of an accepted minion; empty only for a level 2 request that names none (file commands)
  int level = 0;             // 2 or 3
  bool is_proven = false;    // by session key and token (level 3), or by the token (level 2)
  std::string peer_address;
};

// Handlers run on the loop as tasks and move heavy work to workers. The load has no cmd, nonce, tok, ts and serial any
// more; `id` is still there, and equals principal.id. Errors: denied, not_found and invalid become the encrypted {} that
// Salt's minions expect of a refusal; others an encrypted "", and a log line.
struct RequestHandlers {
  // Any command but _pillar; an unknown one throws Error(not_found).
  std::function<Task<Value>(Principal, std::string command, Map load)> command;
  // Gives the pillar, which only the holder of the accepted key of principal.id can read.
  std::function<Task<Map>(Principal, Map load)> pillar;
};

struct RequestServerOptions {
  std::string address = "tcp://0.0.0.0:4506";
  int publish_port = 4505;                          // told to minions
  int minimum_auth_version = level_shared_key;      // 2 or 3
  Duration request_ttl = std::chrono::seconds(300); // level 3: how far `ts` may be off; 0: not checked
  std::size_t size_limit_bytes = 64u << 20;         // of a request
  std::size_t auth_size_limit_bytes = 8u << 10;     // the largest key has 800 bytes
  std::size_t requests_in_flight = 16'384;          // beyond it, or beyond so many bytes of them, reading stops
  std::size_t bytes_in_flight = 128u << 20;
  // Handshakes at a time. Those of accepted keys go first; a stock minion asks again after 5 s, so who waited longer than
  // that is refused as busy. Half of what may be in flight stays free of those whose key is not accepted.
  TurnsOptions auths{.places = 64, .line_limit = 16'384, .others_limit = 8'192, .wait_limit = std::chrono::seconds(5)};
  Duration handler_limit = std::chrono::minutes(5);
  bool ipv6 = false;
  int backlog = 1000;
  std::size_t connection_limit = 0;                 // 0: none
};

struct RequestServerParts {
  Loop& loop;
  Workers& rsa_workers;  // for private-key operations; its own, so that they do not wait behind renders
  KeyAuthority& keys;
  SharedKey& shared_key;
  crypto::PrivateKey master_key;
  // With master_sign_pubkey: the key that vouches for master_key.
  std::optional<crypto::PrivateKey> signing_key;
};

struct RequestCounters {
  std::uint64_t requests = 0;
  std::uint64_t auths = 0;
  std::uint64_t replies = 0;
  RefusalCounters refusals;
  std::size_t in_flight = 0, bytes_in_flight = 0;  // now
  Timings answers;  // from when a request was read to its reply
};

class RequestServer {
 public:
  struct Impl;  // in the source file
  // Binds at once. Throws Error(unavailable) when the port is in use.
  RequestServer(RequestServerParts parts, RequestServerOptions options, RequestHandlers handlers);
  ~RequestServer();
  RequestServer(const RequestServer&) = delete;

  void start();
  // Stops reading; running handlers end without a reply.
  void close();
  // Where it really listens (port 0 takes a free one).
  const std::string& address() const;
  // For _auth replies, when the publisher got its port from the system.
  void set_publish_port(int port);
  const RequestCounters& counters() const;
  const Turns& auth_turns() const;
  const ZmtpServer& connections() const;

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
