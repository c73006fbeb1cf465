// Digests with a key, and keys from passwords.
#pragma once

#include <string>
#include <string_view>

#include "common/crypto/hash.h"

namespace halite::crypto {

std::string hmac_bytes(HashType type, std::string_view key, std::string_view data);
// PBKDF2 (RFC 8018) with HMAC.
std::string key_from_password(HashType type, std::string_view password, std::string_view salt, int iterations,
                              std::size_t size_bytes);

}  // namespace halite::crypto
