// Protocol levels and the RSA choices that a peer names in its messages (salt-wire-protocol.md, sections 0 and 3.1).
#pragma once

#include <optional>
#include <string_view>

#include "common/crypto/rsa.h"

namespace halite::wire {

constexpr int level_shared_key = 2;   // v2 and v2a: one key for all requests
constexpr int level_session_key = 3;  // v3: a key a minion

struct Algorithms {
  crypto::RsaHash encryption = crypto::RsaHash::sha1;
  crypto::RsaHash signature = crypto::RsaHash::sha1;
};

// "OAEP-SHA1", "OAEP-SHA224"; "PKCS1v15-SHA1", "PKCS1v15-SHA224". Another name is nothing.
std::optional<crypto::RsaHash> encryption_from(std::string_view name);
std::optional<crypto::RsaHash> signature_from(std::string_view name);
std::string_view encryption_name(crypto::RsaHash hash);
std::string_view signature_name(crypto::RsaHash hash);

}  // namespace halite::wire
