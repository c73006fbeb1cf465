// The ANSI X9.31 block with raw data and no digest id, which Salt signs and recovers (salt-wire-protocol.md, 4.6).
// OpenSSL 3 offers it only with a digest, so block and minimum are made here. For the sources of this folder alone.
#pragma once

#include <openssl/bn.h>

#include <optional>
#include <string>
#include <string_view>

namespace halite::crypto {

// 6b bb ... bb ba M cc, `size_bytes` long; 6a M cc when there is no room for padding. Throws Error(invalid) when M is too long.
std::string x931_pad(std::string_view message, std::size_t size_bytes);
// The smaller of s and n - s, as many bytes as `raw` has.
std::string x931_smaller(std::string_view raw, const BIGNUM* modulus);
// M, from the result of the public operation.
std::optional<std::string> x931_unpad(std::string_view raw, const BIGNUM* modulus);

}  // namespace halite::crypto
