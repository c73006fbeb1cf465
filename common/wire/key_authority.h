// What the request server asks of the master's keyring: who may join, and which keys they have.
#pragma once

#include <optional>
#include <string>

#include "common/crypto/enrolment.h"
#include "common/crypto/rsa.h"
#include "common/crypto/session_key.h"
#include "common/data/value.h"
#include "common/wire/task.h"

namespace halite::wire {

enum class Admission {
  accepted,
  pending,   // an operator decides
  rejected,  // an operator said no
  denied,    // another key than the one on record
  full,      // no more minions, or no more waiting keys
};

// A minion that asks to be let in. The id is valid and the key has been parsed; nothing else is proven.
struct AdmissionRequest {
  std::string id;
  crypto::PublicKey key;
  Map autosign_grains;       // empty when none were offered
  int level = 0;             // 2 or 3
  std::string peer_address;
  std::optional<crypto::EnrolmentProof> enrolment;  // not yet judged
};

// Called on the loop thread. The functions that are no tasks answer from memory.
class KeyAuthority {
 public:
  virtual ~KeyAuthority() = default;

  // Decides and records (a new pending key, a denied attempt). An acknowledged `accepted` is on disk.
  virtual Task<Admission> authorize(AdmissionRequest request) = 0;
  // The accepted key of the id; nothing when there is none (any more).
  virtual std::optional<crypto::PublicKey> accepted_key(const std::string& id) = 0;
  // The session key of the id, if one was issued for its accepted key.
  virtual std::optional<crypto::SessionKey> session_key(const std::string& id) = 0;
  // The session key to hand out now: the one there is, or a new one (SessionKey::generate) when there is none or it is older
  // than publish_session. It survives a restart of the master, and goes when the key is deleted.
  virtual Task<crypto::SessionKey> issue_session_key(const std::string& id) = 0;

  // The highest level at which the id has proven itself; lower ones are refused from then on. 0: never seen.
  virtual int level_floor(const std::string& id) = 0;
  // Called when the id has proven itself at a higher level than before.
  virtual void raise_level_floor(const std::string& id, int level) = 0;
};

}  // namespace halite::wire
