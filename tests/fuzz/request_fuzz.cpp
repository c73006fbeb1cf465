// What a stranger can send to the request port before it has proven anything: an envelope, a handshake in it, a key in that.
// All of it decodes or is an error.
#include <cstdint>

#include "common/base/error.h"
#include "common/crypto/rsa.h"
#include "common/wire/auth.h"
#include "common/wire/envelope.h"

namespace {

using namespace halite;

template <class Work>
void attempt(Work work) {
  try {
    work();
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  attempt([&] {
    const auto envelope = wire::decode_request(bytes);
    if (envelope.is_sealed) return;
    const auto call = wire::decode_auth_call(envelope.clear_load);
    crypto::PublicKey::from_pem(call.public_pem, "a key");
  });
  attempt([&] { crypto::PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\n" + bytes + "\n-----END PUBLIC KEY-----\n", "a key"); });
  // A key whose owner has no right to it: the seal must not open, and nothing must break.
  static const crypto::SessionKey key = crypto::SessionKey::generate();
  attempt([&] { wire::open_value(key, bytes); });
  return 0;
}
