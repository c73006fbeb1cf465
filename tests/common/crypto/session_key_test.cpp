#include <catch2/catch.hpp>

#include "common/base/strings.h"
#include "common/crypto/session_key.h"
#include "tests/support/vectors.h"

namespace halite::crypto {

TEST_CASE("what is sealed opens again, at every length around a block") {
  const SessionKey key = SessionKey::generate();
  for (std::size_t size = 0; size < 50; ++size) {
    const std::string plain(size, 'p');
    CHECK(key.open(key.seal(plain)) == plain);
  }
  CHECK(key.seal("same") != key.seal("same"));
}

TEST_CASE("a blob with any bit changed, cut or under another key does not open") {
  const SessionKey key = SessionKey::generate();
  const std::string blob = key.seal("fourteen bytes");
  for (std::size_t i = 0; i < blob.size(); ++i) {
    std::string damaged = blob;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x40);
    CHECK_FALSE(key.open(damaged));
  }
  for (std::size_t size = 0; size < blob.size(); ++size) CHECK_FALSE(key.open(blob.substr(0, size)));
  CHECK_FALSE(key.open(blob + blob));
  CHECK_FALSE(SessionKey::generate().open(blob));
}

TEST_CASE("a text is sealed where it stands, and what is before it stays") {
  const SessionKey key = SessionKey::generate();
  for (const std::size_t size : {0, 1, 15, 16, 17, 1000}) {
    const std::string plain(size, 'x');
    std::string buffer = "head" + std::string(SessionKey::iv_bytes, '\0') + plain;
    key.seal_in_place(buffer, 4);
    CHECK(buffer.substr(0, 4) == "head");
    CHECK(buffer.size() == 4 + SessionKey::sealed_size(size));
    CHECK(key.open(buffer.substr(4)) == plain);
  }
}

TEST_CASE("only 76 characters of base64 are a key") {
  const SessionKey key = SessionKey::generate();
  CHECK(key.text().size() == 76);
  CHECK(SessionKey::from_text(key.text()) == key);
  CHECK_FALSE(SessionKey::from_text(""));
  CHECK_FALSE(SessionKey::from_text(key.text().substr(4)));
  CHECK_FALSE(SessionKey::from_text(std::string(76, '*')));
  CHECK_FALSE(SessionKey::from_text(to_base64(std::string(57, 'x'))));
}

TEST_CASE("Crypticle's vectors are reproduced byte for byte") {
  if (!test::has_vectors()) return;
  const auto key = SessionKey::from_text(test::vector_shared_key);
  REQUIRE(key);
  const std::string cipher = *test::vector_bytes("req_ct"), plain = *test::vector_bytes("req_plain");
  CHECK(key->open(cipher) == plain);
  CHECK(key->seal_with_iv(plain, cipher.substr(0, 16)) == cipher);
}

}  // namespace halite::crypto
