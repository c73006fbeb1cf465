// One-time tokens by which a master takes a minion's key at once. A token is an Ed25519 key: the minion signs its id and its
// own key with it, and the master keeps the public half alone. So the token never travels, what travels is good for that one
// key and nothing else, and a copy of the master's store lets nobody in.
#pragma once

#include <optional>
#include <string>

#include "common/crypto/bytes.h"

namespace halite::crypto {

struct EnrolmentProof {
  std::string verifier;   // the token's public half, 32 bytes
  std::string signature;  // 64 bytes
};
constexpr std::size_t enrolment_verifier_bytes = 32, enrolment_signature_bytes = 64;

class EnrolmentToken {
 public:
  static EnrolmentToken generate();
  // Throws Error(invalid) for what is no token; the error does not show it.
  static EnrolmentToken from_text(const std::string& text);

  // "enrol-" and 64 hex digits. A secret.
  const std::string& text() const { return text_.text(); }
  const std::string& verifier() const { return verifier_; }
  // For the minion `id` whose key has this fingerprint (SHA-256).
  EnrolmentProof prove(const std::string& id, const std::string& fingerprint) const;

 private:
  EnrolmentToken(std::string seed);
  Secret seed_, text_;
  std::string verifier_;
};

// By which people name a token: 16 hex digits, no secret.
std::string enrolment_name(const std::string& verifier);
// Never throws; false also for a verifier or signature of another size.
bool is_proven(const EnrolmentProof& proof, const std::string& id, const std::string& fingerprint);

}  // namespace halite::crypto
