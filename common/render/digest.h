// Hashes for templates (RFC 1321, FIPS 180-4, RFC 2104). Not for trust: keys and signatures are common/crypto's.
#pragma once

#include <string>
#include <string_view>

namespace halite::render {

// The raw digest: "md5", "sha1", "sha224", "sha256", "sha384" or "sha512". Throws Failure for another name.
std::string digest(std::string_view algorithm, std::string_view data);
std::string hmac_sha256(std::string_view key, std::string_view data);

}  // namespace halite::render
