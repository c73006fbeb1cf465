// The master's side of port 4505: each job goes out once, sealed with the shared key, numbered and signed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/crypto/rsa.h"
#include "common/data/value.h"
#include "common/wire/loop.h"
#include "common/wire/shared_key.h"
#include "common/wire/workers.h"
#include "common/wire/zmtp_server.h"

namespace halite::wire {

struct PublisherOptions {
  std::string address = "tcp://0.0.0.0:4505";
  bool zmq_filtering = false;                       // one copy a minion, under a topic made of its id, and nothing to others
  int send_limit = 1000;                            // Salt's pub_hwm: messages waiting for one slow minion
  crypto::RsaHash signature = crypto::RsaHash::sha1;
  bool ipv6 = false;
  int backlog = 1000;
  std::size_t connection_limit = 0;                 // 0: none
};

// Who listens on port 4505, as far as the connections themselves tell. Nothing here is proven: a stranger can subscribe to
// a minion's topic and make it seem there, but nobody can make it seem away.
struct Listeners {
  struct Standing {
    bool is_there = false;
    std::chrono::steady_clock::time_point since;
    std::size_t connections = 0;  // that have subscribed
  };
  std::size_t connections = 0;
  // Topics of minions (topic_of(id)) that were subscribed to since the start; our minions and those with zmq_filtering do.
  std::map<std::string, Standing> topics;
  std::size_t topics_there = 0;
  std::uint64_t changes = 0;  // so far: the same number means that nobody came or went
  // Those that two connections or more subscribe to, and since when: two hosts with one id and key, or a stranger beside it.
  std::map<std::string, std::chrono::steady_clock::time_point> shared_topics;
  bool is_overrun = false;  // more topics than any fleet has: they tell nothing any more

  // Every connection belongs to a minion that has said so.
  bool all_are_known() const { return !is_overrun && connections <= topics_there; }
};

class Publisher {
 public:
  struct Impl;  // in the source file
  // Binds at once. Throws Error(unavailable) when the port is in use.
  Publisher(Loop& loop, Workers& rsa_workers, crypto::PrivateKey master_key, SharedKey& shared_key, PublisherOptions options);
  ~Publisher();
  Publisher(const Publisher&) = delete;

  // Sends the load (fun, arg, tgt, tgt_type, jid, ret, user, ...); `serial` is added. Several calls keep their order.
  // `ids` are the minions that a glob, pcre or list target means; empty: all. Other minions that have subscribed to the topic of
  // their id, as ours do, are not bothered with it.
  Task<void> publish(Map load, std::vector<std::string> ids = {});
  const Listeners& listeners() const;
  const ZmtpServer& connections() const;
  // Where it really listens.
  const std::string& address() const;
  int port() const;
  void close();

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
