#include <catch2/catch.hpp>

#include <fstream>

#include "common/base/error.h"
#include "common/crypto/bytes.h"
#include "common/crypto/hash.h"

namespace halite::crypto {

TEST_CASE("digests agree with the well-known values of 'abc'") {
  CHECK(hash_hex(HashType::md5, "abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(hash_hex(HashType::sha1, "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hash_hex(HashType::sha224, "abc") == "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  CHECK(hash_hex(HashType::sha256, "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash_hex(HashType::sha512, "abc").substr(0, 16) == "ddaf35a193617aba");
}

TEST_CASE("a stream in parts has the digest of the whole") {
  Hasher hasher(HashType::sha256);
  hasher.update("a");
  hasher.update("");
  hasher.update("bc");
  CHECK(hasher.finish_hex() == hash_hex(HashType::sha256, "abc"));
}

TEST_CASE("names of hash types are checked, with a suggestion") {
  CHECK(hash_type_from("sha384") == HashType::sha384);
  CHECK(to_string(HashType::md5) == "md5");
  CHECK_THROWS_WITH(hash_type_from("sha25"), Catch::Contains("did you mean"));
}

TEST_CASE("a file is hashed in blocks, and a missing one is named") {
  CHECK(hash_file_hex(HashType::sha256, "/dev/null") == hash_hex(HashType::sha256, ""));
  CHECK_THROWS_WITH(hash_file_hex(HashType::sha256, "/nowhere/file"), Catch::Contains("/nowhere/file"));
}

TEST_CASE("nonces are 32 hex digits and differ; numbers stay in their range") {
  const std::string nonce = random_nonce();
  CHECK(nonce.size() == 32);
  CHECK(nonce.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(nonce != random_nonce());
  for (int i = 0; i < 100; ++i) {
    const auto number = random_between(-2, 2);
    CHECK((number >= -2 && number <= 2));
  }
}

TEST_CASE("a secret is empty after it was moved away or wiped") {
  Secret first(std::string("short"));
  const Secret second(std::move(first));
  CHECK(second.text() == "short");
  CHECK(first.empty());  // NOLINT: that is what is tested
  std::string text = "gone";
  wipe(text);
  CHECK(text.empty());
}

}  // namespace halite::crypto
