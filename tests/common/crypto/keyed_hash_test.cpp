#include "common/crypto/keyed_hash.h"

#include <catch2/catch.hpp>

#include "common/base/strings.h"

namespace halite::crypto {

TEST_CASE("HMAC is that of RFC 4231") {
  CHECK(to_hex(hmac_bytes(HashType::sha256, "Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("keys from passwords are those of RFC 7914, section 11") {
  CHECK(to_hex(key_from_password(HashType::sha256, "passwd", "salt", 1, 64)) ==
        "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
        "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

}  // namespace halite::crypto
