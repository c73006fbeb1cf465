#include "common/crypto/enrolment.h"

#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "common/crypto/openssl.h"

namespace halite::crypto {
namespace {

constexpr std::string_view prefix = "enrol-";
constexpr std::size_t seed_bytes = 32;

// An id has no line ends, so no other id and fingerprint make the same text.
std::string signed_text(const std::string& id, const std::string& fingerprint) {
  return "halite enrolment\n" + id + "\n" + fingerprint;
}

}  // namespace

EnrolmentToken::EnrolmentToken(std::string seed) : seed_(std::move(seed)), text_(std::string(prefix) + to_hex(seed_.text())) {
  const KeyPointer key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed_.text()), seed_bytes));
  verifier_.resize(enrolment_verifier_bytes);
  std::size_t size = verifier_.size();
  must(key && EVP_PKEY_get_raw_public_key(key.get(), bytes_of(verifier_), &size) == 1 && size == verifier_.size(), "making a token");
}

EnrolmentToken EnrolmentToken::generate() { return EnrolmentToken(random_bytes(seed_bytes)); }

EnrolmentToken EnrolmentToken::from_text(const std::string& text) {
  auto seed = text.starts_with(prefix) ? from_hex(text.substr(prefix.size())) : std::nullopt;
  if (!seed || seed->size() != seed_bytes)
    throw Error(ErrorKind::invalid, "no enrolment token: one is '{}' and 64 hex digits, as 'halite-key --new-token' prints it", prefix);
  return EnrolmentToken(std::move(*seed));
}

EnrolmentProof EnrolmentToken::prove(const std::string& id, const std::string& fingerprint) const {
  const KeyPointer key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(seed_.text()), seed_bytes));
  const DigestContext context(EVP_MD_CTX_new());
  const std::string text = signed_text(id, fingerprint);
  EnrolmentProof proof{verifier_, std::string(enrolment_signature_bytes, '\0')};
  std::size_t size = proof.signature.size();
  must(key && context && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestSign(context.get(), bytes_of(proof.signature), &size, bytes_of(text), text.size()) == 1 && size == proof.signature.size(),
       "signing with a token");
  return proof;
}

std::string enrolment_name(const std::string& verifier) { return hash_hex(HashType::sha256, verifier).substr(0, 16); }

bool is_proven(const EnrolmentProof& proof, const std::string& id, const std::string& fingerprint) {
  if (proof.verifier.size() != enrolment_verifier_bytes || proof.signature.size() != enrolment_signature_bytes) return false;
  const KeyPointer key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(proof.verifier), proof.verifier.size()));
  const DigestContext context(EVP_MD_CTX_new());
  const std::string text = signed_text(id, fingerprint);
  const bool is_right = key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                        EVP_DigestVerify(context.get(), bytes_of(proof.signature), proof.signature.size(), bytes_of(text), text.size()) == 1;
  ERR_clear_error();
  return is_right;
}

}  // namespace halite::crypto
