// The minion's side: authenticates to a master, sends it requests, listens to its publications.
//
// Speaks level 3 and falls back to 2 for a master that gives no session key; once a master has given one, never again.
// The SUB socket stays open while the minion authenticates again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/crypto/enrolment.h"
#include "common/crypto/rsa.h"
#include "common/data/value.h"
#include "common/wire/admission.h"
#include "common/wire/algorithms.h"
#include "common/wire/loop.h"
#include "common/wire/socket.h"
#include "common/wire/workers.h"

namespace halite::wire {

struct MasterOptions {
  std::string id;                                   // of this minion
  std::string host = "salt";                        // name or address; looked up anew at each connection
  int request_port = 4506;
  int publish_port = 0;                             // 0: the one the master tells
  std::string finger;                               // master_finger: what the master's key must have; empty: trust on first use
  crypto::HashType finger_type = crypto::HashType::sha256;
  bool verify_master_pubkey_sign = false;
  bool always_verify_signature = false;
  std::optional<crypto::PublicKey> signing_key;     // for the two above: <pki>/master_sign.pub
  bool require_publication_signature = true;        // an unsigned publication is dropped
  bool zmq_filtering = false;
  Algorithms algorithms;
  Map autosign_grains;
  std::optional<crypto::EnrolmentToken> enrolment;
  Duration auth_timeout = std::chrono::seconds(5);
  int auth_tries = 7;
  Duration acceptance_wait = std::chrono::seconds(10);       // between two tries while the key is pending
  Duration acceptance_wait_max = std::chrono::seconds(0);    // above 0, the wait grows by acceptance_wait up to this
  Duration reconnect_min = std::chrono::seconds(1);          // of the SUB socket: the first attempt after once to twice that,
  Duration reconnect_max = std::chrono::seconds(10);         // each further one after twice the time, up to this
  Duration reconnect_spread = std::chrono::seconds(0);       // this minion waits some part of it longer, drawn once
  int keepalive_idle_s = 300;
  bool ipv6 = false;
};

// What the minion remembers of its master across restarts. Called on the loop thread.
class PinStore {
 public:
  virtual ~PinStore() = default;
  // The pinned key (minion_master.pub), if there is one.
  virtual std::optional<std::string> public_pem() = 0;
  // Called when a key is trusted for the first time, or replaced by one that the signing key vouches for. Must be on disk
  // when it returns. A new key also forgets saw_session_keys.
  virtual void set_public_pem(const std::string& pem) = 0;
  // Whether this master has ever given a session key (level 3).
  virtual bool saw_session_keys() = 0;
  virtual void set_saw_session_keys() = 0;
};

struct RequestOptions {
  Duration timeout = std::chrono::seconds(60);  // of one try
  int tries = 3;
};

class MasterConnection {
 public:
  struct Impl;  // in the source file
  MasterConnection(Loop& loop, SocketContext& sockets, Workers& workers, MasterOptions options, crypto::PrivateKey key,
                   PinStore& pin);
  ~MasterConnection();
  MasterConnection(const MasterConnection&) = delete;

  // One conversation (auth_timeout x auth_tries); callers at the same time share it. Throws Error(timeout) naming the master
  // and the reason (name does not resolve, connection refused, no answer), Error(denied) as AuthOutcome says.
  Task<AuthOutcome> authenticate();
  // Authenticates until accepted: waits while pending, and after timeouts. Logs each change of the situation once.
  // Throws Error(denied) for a doubtful master and, unless `retry_rejected`, for a rejection whose signature is right.
  Task<void> connect(bool retry_rejected = false);
  bool is_authenticated() const;

  // Sends a command; adds nonce, token, id. Authenticates first when needed; a reply that does not open makes it
  // authenticate and try once more. Throws Error(timeout), Error(unavailable), Error(denied).
  Task<Value> request(std::string command, Map load, RequestOptions options = {});
  // `_pillar`: checks signature, key and nonce. Throws Error(unavailable) with the master's text when there is no pillar.
  Task<Map> request_pillar(Map load, RequestOptions options = {});

  // Subscribes and hands each genuine publication to the handler, for ever. A publication that does not open makes it
  // authenticate at once and try again. Needs an accepted authenticate() before. Ends with Error(unavailable) at close().
  Task<void> listen(std::function<void(Map load)> handler);

  const MasterOptions& options() const;
  // 2 or 3; 0 before the first acceptance.
  int level() const;
  void close();

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
