// The keys of the minions as the master knows them, and how far each has proven itself. Answers from memory.
#pragma once

#include <optional>
#include <string>

#include "common/crypto/rsa.h"
#include "common/crypto/session_key.h"

namespace halite::wire {

// Called on the loop thread.
class MinionKeys {
 public:
  virtual ~MinionKeys() = default;

  // The accepted key of the id; nothing when there is none (any more).
  virtual std::optional<crypto::PublicKey> accepted_key(const std::string& id) = 0;
  // The session key of the id, if one was issued for its accepted key.
  virtual std::optional<crypto::SessionKey> session_key(const std::string& id) = 0;

  // The highest level at which the id has proven itself; lower ones are refused from then on. 0: never seen.
  virtual int level_floor(const std::string& id) = 0;
  // Called when the id has proven itself at a higher level than before.
  virtual void raise_level_floor(const std::string& id, int level) = 0;
};

}  // namespace halite::wire
