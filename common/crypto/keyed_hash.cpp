#include "common/crypto/keyed_hash.h"

#include <openssl/hmac.h>

#include <array>

#include "common/crypto/openssl.h"

namespace halite::crypto {

std::string hmac_bytes(HashType type, std::string_view key, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> result{};
  unsigned size = 0;
  must(HMAC(digest_of(type), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(), result.data(),
            &size) != nullptr,
       "hashing with a key");
  return {reinterpret_cast<const char*>(result.data()), size};
}

std::string key_from_password(HashType type, std::string_view password, std::string_view salt, int iterations,
                              std::size_t size_bytes) {
  std::string result(size_bytes, '\0');
  must(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                         static_cast<int>(salt.size()), iterations, digest_of(type), static_cast<int>(size_bytes),
                         bytes_of(result)) == 1,
       "making a key from a password");
  return result;
}

}  // namespace halite::crypto
