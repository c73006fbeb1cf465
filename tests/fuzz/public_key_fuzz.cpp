// Any text is a key that can be used, or an error; a key that was taken reads back as itself.
#include <cstdint>
#include <cstdlib>

#include "common/base/error.h"
#include "common/crypto/enrolment.h"
#include "common/crypto/pem.h"
#include "common/crypto/rsa.h"

namespace {

using namespace halite;

void use(const crypto::PublicKey& key) {
  if (key.bits() < crypto::rsa_bits_min || key.bits() > crypto::rsa_bits_max) std::abort();
  if (!(crypto::PublicKey::from_pem(key.pem()) == key)) std::abort();
  if (key.verify("message", std::string(static_cast<std::size_t>(key.bits()) / 8, 's'), crypto::RsaHash::sha1)) std::abort();
  key.recover_x931(std::string(static_cast<std::size_t>(key.bits() + 7) / 8, '\1'));
  key.encrypt("a session key", crypto::RsaHash::sha1);
  key.fingerprint();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    switch (data[0] % 4) {
      case 0: use(crypto::PublicKey::from_pem(text)); break;
      case 1: use(crypto::PublicKey::from_pem(crypto::write_pem("PUBLIC KEY", text))); break;
      case 2: use(crypto::PublicKey::from_pem(crypto::write_pem("RSA PUBLIC KEY", text))); break;
      case 3:
        crypto::is_proven({text.substr(0, crypto::enrolment_verifier_bytes), std::string(crypto::enrolment_signature_bytes, 's')}, "web1", "aa");
        crypto::EnrolmentToken::from_text(text);
        break;
    }
  } catch (const Error&) {
  }
  return 0;
}
