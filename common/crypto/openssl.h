// OpenSSL's objects with owners, and its errors as ours. For the sources of this folder alone.
#pragma once

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "common/base/error.h"
#include "common/crypto/hash.h"

namespace halite::crypto {

template <auto release>
struct Releaser {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, Releaser<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Releaser<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releaser<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Releaser<EVP_CIPHER_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Releaser<BN_clear_free>>;

inline const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
inline unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Looked up once: by name it takes locks that all threads share. Throws Error(unavailable) for one that the policy of the machine
// has switched off.
const EVP_MD* digest_of(HashType type);

// For calls that fail only when memory or the library is broken.
inline void must(bool succeeded, std::string_view doing) {
  if (succeeded) return;
  char reason[256] = "no reason given";
  if (const unsigned long code = ERR_get_error()) ERR_error_string_n(code, reason, sizeof reason);
  ERR_clear_error();
  throw Error(ErrorKind::internal, "OpenSSL failed {}: {}", doing, static_cast<const char*>(reason));
}

}  // namespace halite::crypto
