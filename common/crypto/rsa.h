// RSA keys and what Salt's protocol does with them (salt-wire-protocol.md, section 4.6).
// Both classes are cheap to copy (shared, immutable) and safe to use from several threads.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/crypto/hash.h"

namespace halite::crypto {

// The digest inside OAEP (hash and MGF1 alike) or PKCS#1 v1.5.
enum class RsaHash { sha1, sha224, sha256 };

constexpr int rsa_bits_min = 2048;
constexpr int rsa_bits_max = 4096;

class PublicKey {
 public:
  // SubjectPublicKeyInfo ("BEGIN PUBLIC KEY") or PKCS#1 ("BEGIN RSA PUBLIC KEY"); any line ends. One key and nothing
  // else. Throws Error(invalid) saying what is wrong with WHAT: no PEM, no RSA, a size outside 2048 to 4096 bits, an even
  // modulus, an exponent below 65537 or of more than 32 bits.
  static PublicKey from_pem(std::string_view pem, std::string_view what = "the public key");

  // SubjectPublicKeyInfo with LF line ends and no newline at the end: the form Salt compares for equality.
  const std::string& pem() const;
  // Of the PEM body lines with their newlines, as salt-key shows it: "a4:8d:...".
  std::string fingerprint(HashType type = HashType::sha256) const;
  int bits() const;

  std::string encrypt(std::string_view plaintext, RsaHash hash) const;  // OAEP, empty label
  bool verify(std::string_view message, std::string_view signature, RsaHash hash) const;  // PKCS#1 v1.5
  // The message of an X9.31 block made by the private key, or nothing.
  std::optional<std::string> recover_x931(std::string_view signature) const;

  // Same modulus and exponent, however written.
  bool operator==(const PublicKey& other) const { return pem() == other.pem(); }

 private:
  friend class PrivateKey;
  struct State;
  explicit PublicKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

class PrivateKey {
 public:
  // Takes 50 ms to some seconds. Throws Error(invalid) for a size outside 2048 to 4096 bits.
  static PrivateKey generate(int bits);
  // PKCS#1 ("BEGIN RSA PRIVATE KEY") or PKCS#8, not encrypted. Errors as PublicKey::from_pem; never show key text.
  static PrivateKey from_pem(std::string_view pem, std::string_view what = "the private key");

  // PKCS#1 with LF line ends and a newline at the end, as Salt's key files. A secret: write it with mode 0400.
  std::string pem() const;
  const PublicKey& public_key() const;

  std::optional<std::string> decrypt(std::string_view ciphertext, RsaHash hash) const;  // OAEP; nothing if not for us
  std::string sign(std::string_view message, RsaHash hash) const;                       // PKCS#1 v1.5
  std::string sign_x931(std::string_view message) const;                                // raw data, no digest

 private:
  struct State;
  explicit PrivateKey(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

// The fingerprint of PEM text as it stands, without parsing it.
std::string pem_fingerprint(std::string_view pem, HashType type = HashType::sha256);
// CRLF and CR become LF; white space around goes.
std::string clean_pem(std::string_view pem);

}  // namespace halite::crypto
