// What the request server asks of the master's keyring: who may join, and which keys they have.
#pragma once

#include <optional>
#include <string>

#include "common/crypto/enrolment.h"
#include "common/crypto/rsa.h"
#include "common/crypto/session_key.h"
#include "common/data/value.h"
#include "common/wire/admission.h"
#include "common/wire/minion_keys.h"
#include "common/wire/task.h"

namespace halite::wire {

// A minion that asks to be let in. The id is valid and the key has been parsed; nothing else is proven.
struct AdmissionRequest {
  std::string id;
  crypto::PublicKey key;
  Map autosign_grains;       // empty when none were offered
  int level = 0;             // 2 or 3
  std::string peer_address;
  std::optional<crypto::EnrolmentProof> enrolment;  // not yet judged
};

// Called on the loop thread.
class KeyAuthority : public MinionKeys {
 public:
  // Decides and records (a new pending key, a denied attempt). An acknowledged `accepted` is on disk.
  virtual Task<Admission> authorize(AdmissionRequest request) = 0;
  // The session key to hand out now: the one there is, or a new one (SessionKey::generate) when there is none or it is older
  // than publish_session. It survives a restart of the master, and goes when the key is deleted.
  virtual Task<crypto::SessionKey> issue_session_key(const std::string& id) = 0;
};

}  // namespace halite::wire
