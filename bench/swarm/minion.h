// One simulated minion: its key, its session with the master, its subscription, its answers. It runs nothing it is told.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "bench/swarm/connection.h"
#include "bench/swarm/job_book.h"
#include "bench/swarm/keys.h"
#include "bench/swarm/latencies.h"
#include "bench/swarm/options.h"
#include "bench/swarm/publications.h"
#include "bench/swarm/request_pool.h"
#include "common/wire/auth.h"
#include "common/wire/loop.h"
#include "common/wire/workers.h"

namespace halite::swarm {

// By name: "_auth", "_return", "publication". Emptied when a step begins, so no one keeps a reference across a wait.
using Measures = std::map<std::string, Series>;

// What all minions of a process use together.
struct Surroundings {
  boost::asio::any_io_executor executor;
  wire::Loop& loop;
  wire::Workers& rsa_workers;
  const Options& options;
  boost::asio::ip::address address;
  RequestPool& requests;
  Measures& measures;
  JobBook& jobs;
  Publications& publications;
  bool is_stopping = false;
};

class Minion {
 public:
  Minion(Surroundings& surroundings, std::string id, std::shared_ptr<const KeyPair> keys);
  ~Minion();
  Minion(const Minion&) = delete;

  const std::string& id() const { return id_; }
  // Its questions go before those of others that wait for a connection.
  void set_urgent(bool is_urgent) { is_urgent_ = is_urgent; }

  // Asks until the master has accepted its key and answered, or the surroundings stop. Single flight; measured as "_auth".
  Task<bool> authenticate();
  // Connects to 4505, and again whenever that is lost; returns at once.
  void subscribe();
  void unsubscribe();
  bool is_subscribed() const { return subscription_ && subscription_->is_ready(); }

  // The master's answer, after what a real minion does about a refusal (authenticate again, once more) or silence (ask again).
  // Nothing when that did not help. Measured under the load's "cmd".
  Task<std::optional<Value>> request(Map load);
  Task<std::optional<Map>> request_pillar(Map load);

  // A return for the job, as large as the job or the options ask. Once acknowledged, the time `since` is measured as told.
  Task<void> answer(std::shared_ptr<const PublishedJob> job, Clock::time_point since, std::string measured_as);
  Map grains() const;
  // How often it was accepted.
  std::uint64_t generation() const { return generation_; }

 private:
  struct Flight;
  Task<bool> converse();
  Task<std::optional<wire::AuthAnswer>> ask_once(const wire::AuthQuestion& question);
  Task<void> renew(std::uint64_t seen_generation);
  void install(const wire::AuthAnswer& answer);
  std::string seal(const Map& load, const std::string& nonce) const;
  const crypto::SessionKey& request_key() const { return level_ >= wire::level_session_key ? *session_ : *shared_; }

  void connect();
  void on_publication(std::string_view payload);
  Task<void> open_with_new_key(std::string payload);
  void on_job(const std::shared_ptr<const PublishedJob>& job);
  bool is_new(const std::string& jid);
  Value value_for(const PublishedJob& job) const;

  Surroundings& around_;
  std::string id_;
  std::shared_ptr<const KeyPair> keys_;
  std::optional<crypto::PublicKey> master_;
  std::optional<crypto::SessionKey> shared_, session_;
  int level_ = 0;
  int publish_port_ = 0;
  std::uint64_t generation_ = 0;
  bool is_urgent_ = false;
  bool wants_subscription_ = false;
  std::shared_ptr<Connection> subscription_;
  std::shared_ptr<Flight> flight_;
  std::vector<std::size_t> recent_jobs_;      // hashes of job ids, the oldest replaced first
  std::size_t next_recent_ = 0;
  std::vector<std::string> held_jobs_;        // whose returns wait
};

}  // namespace halite::swarm
