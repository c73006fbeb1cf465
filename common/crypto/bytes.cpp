#include "common/crypto/bytes.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <cassert>

#include "common/base/strings.h"
#include "common/crypto/openssl.h"

namespace halite::crypto {

std::string random_bytes(std::size_t size_bytes) {
  std::string result(size_bytes, '\0');
  must(RAND_priv_bytes(bytes_of(result), static_cast<int>(size_bytes)) == 1, "making random bytes");
  return result;
}

std::string random_nonce() { return to_hex(random_bytes(16)); }

std::int64_t random_between(std::int64_t low, std::int64_t high) {
  assert(low <= high);
  const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  std::uint64_t number = 0;
  must(RAND_bytes(reinterpret_cast<unsigned char*>(&number), sizeof number) == 1, "making a random number");
  // The bias of a remainder of 64 bits is of no matter for timers and jitter.
  return low + static_cast<std::int64_t>(span == 0 ? number : number % span);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& secret) {
  OPENSSL_cleanse(secret.data(), secret.capacity());
  secret.clear();
}

// A short text lives inside the string object, so a move would leave it behind; a swap does not.
Secret::Secret(Secret&& other) noexcept { text_.swap(other.text_); }

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe(text_);
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(text_);
    text_.swap(other.text_);
  }
  return *this;
}

}  // namespace halite::crypto
