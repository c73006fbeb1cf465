// The master's side of port 4505: each job goes out once, sealed with the shared key, numbered and signed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/crypto/rsa.h"
#include "common/data/value.h"
#include "common/wire/loop.h"
#include "common/wire/shared_key.h"
#include "common/wire/socket.h"
#include "common/wire/workers.h"

namespace halite::wire {

struct PublisherOptions {
  std::string address = "tcp://0.0.0.0:4505";
  bool zmq_filtering = false;                       // one copy a minion, under a topic made of its id
  int send_limit = 1000;                            // Salt's pub_hwm: messages waiting for one slow minion
  crypto::RsaHash signature = crypto::RsaHash::sha1;
  bool ipv6 = false;
  int backlog = 1000;
};

class Publisher {
 public:
  struct Impl;  // in the source file
  // Binds at once. Throws Error(unavailable) when the port is in use.
  Publisher(Loop& loop, SocketContext& sockets, Workers& rsa_workers, crypto::PrivateKey master_key, SharedKey& shared_key,
            PublisherOptions options);
  ~Publisher();
  Publisher(const Publisher&) = delete;

  // Sends the load (fun, arg, tgt, tgt_type, jid, ret, user, ...); `serial` is added. Several calls keep their order.
  // `ids` are the minions that a glob, pcre or list target means, for zmq_filtering; empty: all.
  Task<void> publish(Map load, std::vector<std::string> ids = {});
  // Where it really listens.
  const std::string& address() const;
  int port() const;
  void close();

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
