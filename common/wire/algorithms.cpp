#include "common/wire/algorithms.h"

namespace halite::wire {

using crypto::RsaHash;

// SHA-256 is no choice of Salt's.
std::optional<RsaHash> encryption_from(std::string_view name) {
  if (name == encryption_name(RsaHash::sha1)) return RsaHash::sha1;
  if (name == encryption_name(RsaHash::sha224)) return RsaHash::sha224;
  return std::nullopt;
}

std::optional<RsaHash> signature_from(std::string_view name) {
  if (name == signature_name(RsaHash::sha1)) return RsaHash::sha1;
  if (name == signature_name(RsaHash::sha224)) return RsaHash::sha224;
  return std::nullopt;
}

std::string_view encryption_name(RsaHash hash) { return hash == RsaHash::sha224 ? "OAEP-SHA224" : "OAEP-SHA1"; }
std::string_view signature_name(RsaHash hash) { return hash == RsaHash::sha224 ? "PKCS1v15-SHA224" : "PKCS1v15-SHA1"; }

}  // namespace halite::wire
