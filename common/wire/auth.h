// The _auth conversation (salt-wire-protocol.md, section 4), for both sides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/crypto/enrolment.h"
#include "common/crypto/rsa.h"
#include "common/crypto/session_key.h"
#include "common/data/value.h"
#include "common/wire/admission.h"
#include "common/wire/algorithms.h"
#include "common/wire/envelope.h"

namespace halite::wire {

// ---- minion ----

struct AuthQuestion {
  std::string payload;
  std::string nonce;
  crypto::Secret token;      // what the master must send back; empty when its key is not pinned yet
  Algorithms algorithms;
};

// `pinned` is the master's key as remembered; the token is sealed for it. At level 2 no algorithms are named, as older minions do.
AuthQuestion make_auth_question(const std::string& id, const crypto::PublicKey& own, const Algorithms& algorithms,
                                const Map& autosign_grains, const std::optional<crypto::PublicKey>& pinned, std::string nonce,
                                 const std::optional<crypto::EnrolmentToken>& enrolment = std::nullopt,
                                 int level = level_session_key);

// How the minion judges the master's key.
struct MasterPolicy {
  std::optional<crypto::PublicKey> pinned;
  std::string finger;                            // empty: trust on first use
  crypto::HashType finger_type = crypto::HashType::sha256;
  bool verify_signature = false;                 // verify_master_pubkey_sign
  bool always_verify_signature = false;
  std::optional<crypto::PublicKey> signing_key;  // for the two above
};

struct AuthAnswer {
  AuthOutcome outcome = AuthOutcome::rejected;
  // Whether the master's signature over this answer was checked; an answer without a pinned key may come from anyone.
  bool is_verified = false;
  // The rest when accepted:
  std::optional<crypto::PublicKey> master_key;   // to be pinned when it is new
  bool is_new_pin = false;
  std::optional<crypto::SessionKey> shared;
  std::optional<crypto::SessionKey> session;     // absent: a level 2 master
  int publish_port = 0;
  std::optional<std::int64_t> time_s;            // the master's clock; stock masters don't tell
};

// Throws Error(denied) for a master that is not who it should be, Error(invalid) for what is no answer to the question.
AuthAnswer judge_auth_answer(std::string_view payload, const AuthQuestion& question, const crypto::PrivateKey& own,
                             const MasterPolicy& policy);

// ---- master ----

// What stands in an _auth load.
struct AuthCall {
  std::string id;
  std::string nonce;
  std::string public_pem;
  std::string token;                             // sealed for the master; empty when absent
  std::string encryption, signature;             // names as sent; empty when absent
  Map autosign_grains;
  std::optional<crypto::EnrolmentProof> enrolment;
};

// Throws Error(invalid) for a missing or odd field. The id has been checked, the key has not been parsed.
AuthCall decode_auth_call(const Map& load);

// Both take an RSA private operation or two: for a worker.
// pending, rejected, denied and full.
std::string auth_refusal(Admission admission, std::string_view nonce, const crypto::PrivateKey& master, crypto::RsaHash signature);

struct AuthGrant {
  crypto::PublicKey minion;
  crypto::SessionKey shared;
  crypto::SessionKey session;
  std::string shared_signature;                  // X9.31 over the hex SHA-256 of the shared key: the same for all minions
  std::optional<crypto::PrivateKey> signing_key; // master_sign_pubkey
  int publish_port = 0;
  std::optional<std::int64_t> time_s;            // told in a field of ours, which stock minions pass over
};
std::string auth_acceptance(const AuthCall& call, const AuthGrant& grant, const crypto::PrivateKey& master, const Algorithms& algorithms);
// For AuthGrant::shared_signature.
std::string sign_shared_key(const crypto::SessionKey& shared, const crypto::PrivateKey& master);
// The unsigned answer to an unknown algorithm: {"ret": "bad enc algo"}.
std::string algorithm_refusal(std::string_view which);

}  // namespace halite::wire
