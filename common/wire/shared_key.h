// The key that the master and all minions share: publications are sealed with it, and requests of v2 minions.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/crypto/session_key.h"

namespace halite::wire {

// New at each start of the master, at key deletion and every publish_session. Minions are never told: they notice by a
// publication or reply that does not open, and authenticate again.
class SharedKey {
 public:
  using Clock = std::chrono::steady_clock;
  // For `grace` after a rotation the previous key still opens requests.
  explicit SharedKey(Clock::duration grace = std::chrono::seconds(60));

  const crypto::SessionKey& current() const { return current_; }
  // Keys that a request may be sealed with, newest first.
  std::vector<crypto::SessionKey> valid_keys() const;
  // Goes up by one with each publication under this key; starts at 1.
  std::int64_t next_serial() { return ++serial_; }
  // Counts the rotations, so that results made with an older key can be recognised.
  std::uint64_t epoch() const { return epoch_; }
  Clock::time_point made_at() const { return made_at_; }

  // `keep_previous` is false when a minion's key was deleted: what it still knows must be worthless at once.
  void rotate(bool keep_previous);

 private:
  Clock::duration grace_;
  crypto::SessionKey current_;
  std::optional<crypto::SessionKey> previous_;
  Clock::time_point made_at_;
  std::int64_t serial_ = 0;
  std::uint64_t epoch_ = 0;
};

}  // namespace halite::wire
