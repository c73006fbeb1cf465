// What the minion knows of its master, and the _auth conversation that establishes it: single flight, typed outcomes.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "common/wire/auth.h"
#include "common/wire/master_connection.h"
#include "common/wire/request_channel.h"

namespace halite::wire {

class MasterSession {
 public:
  MasterSession(Loop& loop, SocketContext& sockets, Workers& workers, MasterOptions options, crypto::PrivateKey key, PinStore& pin);

  // As MasterConnection's; `is_verified` tells whether the answer's signature could be checked.
  Task<AuthAnswer> authenticate();
  Task<void> connect(bool retry_rejected);
  // Authenticates unless someone else did so after `seen_generation`. Throws Error(unavailable) when not accepted.
  Task<void> renew(std::uint64_t seen_generation);

  // Valid once authenticated.
  bool is_authenticated() const { return shared_.has_value(); }
  const crypto::SessionKey& shared() const { return *shared_; }
  const crypto::SessionKey& request_key() const { return session_ ? *session_ : *shared_; }
  const crypto::PublicKey& master_key() const { return *master_key_; }
  int level() const { return level_; }
  int publish_port() const { return publish_port_; }
  std::uint64_t generation() const { return generation_; }  // counts acceptances

  // The time by the master's clock, as it told it and the time that went by since; by ours where it told none.
  std::int64_t time_s() const;

  // The constant X9.31 token; made once, on a worker.
  Task<std::string> token();

  Loop& loop() { return loop_; }
  Workers& workers() { return workers_; }
  SocketContext& sockets() { return sockets_; }
  const MasterOptions& options() const { return options_; }
  const crypto::PrivateKey& key() const { return key_; }
  std::string address(int port) const;
  SocketOptions request_socket_options() const;
  Task<std::string> explain_silence() const;
  void close() { is_closed_ = true; }
  bool is_closed() const { return is_closed_; }

 private:
  Task<AuthAnswer> converse();
  Task<std::optional<AuthAnswer>> try_once();
  MasterPolicy policy() const;
  void install(const AuthAnswer& answer);
  void pin_new_key(const crypto::PublicKey& key);
  void report(const std::string& situation);

  Loop& loop_;
  SocketContext& sockets_;
  Workers& workers_;
  MasterOptions options_;
  crypto::PrivateKey key_;
  PinStore& pin_;
  std::optional<crypto::SessionKey> shared_, session_;
  std::optional<crypto::PublicKey> master_key_;
  int level_ = 0;
  int publish_port_ = 0;
  std::uint64_t generation_ = 0;
  std::string token_;
  std::string last_report_;
  bool is_closed_ = false;
  struct MasterTime {
    std::int64_t told_s;
    std::chrono::steady_clock::time_point at;
  };
  std::optional<MasterTime> master_time_;

  // The conversation under way and its end, for those who joined it.
  struct Flight;
  std::shared_ptr<Flight> flight_;
};

}  // namespace halite::wire
