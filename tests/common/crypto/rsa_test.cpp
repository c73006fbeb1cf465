#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/pem.h"
#include "common/crypto/rsa.h"
#include "tests/support/vectors.h"

namespace halite::crypto {
namespace {

using test::vector_bytes;
using test::vector_pem;

// Making a key takes long in a debug build, so one serves all tests.
const PrivateKey& some_key() {
  static const PrivateKey key = PrivateKey::generate(2048);
  return key;
}

PrivateKey master_key() { return PrivateKey::from_pem(*vector_pem("master-private-TEST-ONLY")); }
PrivateKey minion_key() { return PrivateKey::from_pem(*vector_pem("minion-private-TEST-ONLY")); }

}  // namespace

TEST_CASE("a key survives its PEM text, whatever the line ends") {
  const std::string pem = some_key().pem();
  CHECK(pem.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"));
  CHECK(pem.ends_with("-----END RSA PRIVATE KEY-----\n"));
  const auto again = PrivateKey::from_pem(replace_all(pem, "\n", "\r\n"));
  CHECK(again.pem() == pem);
  CHECK(again.public_key() == some_key().public_key());
  const auto shown = PublicKey::from_pem("\n" + some_key().public_key().pem() + "\r\n");
  CHECK(shown == some_key().public_key());
  CHECK(shown.pem().ends_with("-----END PUBLIC KEY-----"));
  CHECK(shown.bits() == 2048);
}

TEST_CASE("OAEP and signatures work for every hash, and fail for another key or another text") {
  const PrivateKey other = PrivateKey::generate(2048);
  for (const RsaHash hash : {RsaHash::sha1, RsaHash::sha224, RsaHash::sha256}) {
    const std::string sealed = some_key().public_key().encrypt("a secret", hash);
    CHECK(some_key().decrypt(sealed, hash) == "a secret");
    CHECK_FALSE(other.decrypt(sealed, hash));
    const std::string signature = some_key().sign("a text", hash);
    CHECK(some_key().public_key().verify("a text", signature, hash));
    CHECK_FALSE(some_key().public_key().verify("a Text", signature, hash));
    CHECK_FALSE(other.public_key().verify("a text", signature, hash));
    CHECK_FALSE(some_key().public_key().verify("a text", "", hash));
  }
  CHECK_FALSE(some_key().decrypt("", RsaHash::sha1));
  CHECK_FALSE(some_key().decrypt(std::string(10000, 'x'), RsaHash::sha1));
}

TEST_CASE("X9.31 blocks of every length are recovered, and damaged ones are not") {
  for (const std::size_t size : {0U, 1U, 4U, 64U, 252U, 253U, 254U}) {
    const std::string message(size, 'm');
    const std::string signature = some_key().sign_x931(message);
    CHECK(signature.size() == 256);
    CHECK(some_key().public_key().recover_x931(signature) == message);
  }
  CHECK_THROWS_WITH(some_key().sign_x931(std::string(255, 'm')), Catch::Contains("don't fit"));
  std::string damaged = some_key().sign_x931("salt");
  damaged[100] = static_cast<char>(damaged[100] ^ 1);
  CHECK_FALSE(some_key().public_key().recover_x931(damaged) == "salt");
  CHECK_FALSE(some_key().public_key().recover_x931("short"));
  CHECK_FALSE(some_key().public_key().recover_x931(std::string(256, '\xff')));
}

TEST_CASE("the RSA vectors of Salt's own code are reproduced") {
  if (!test::has_vectors()) return;
  const std::string message = *vector_bytes("sign_msg");
  CHECK(minion_key().sign_x931("salt") == *vector_bytes("x931_salt_minion"));
  const std::string digest = hash_hex(HashType::sha256, test::vector_shared_key);
  CHECK(digest == "420e2e9f2e3c8c5b67e7040d7e6bad564013137121a8e9db5f608589cd4c2d94");
  CHECK(master_key().sign_x931(digest) == *vector_bytes("x931_aesdigest_master"));
  CHECK(master_key().public_key().recover_x931(*vector_bytes("x931_aesdigest_master")) == digest);
  CHECK(master_key().sign(message, RsaHash::sha1) == *vector_bytes("sign_sha1"));
  CHECK(master_key().sign(message, RsaHash::sha224) == *vector_bytes("sign_sha224"));
  CHECK(minion_key().decrypt(*vector_bytes("oaep224_aes"), RsaHash::sha224) == test::vector_shared_key);
  CHECK_FALSE(minion_key().decrypt(*vector_bytes("oaep224_aes"), RsaHash::sha1));
  CHECK(minion_key().sign(*vector_bytes("ret_ser"), RsaHash::sha1) == *vector_bytes("ret_sig"));
  CHECK(master_key().public_key().pem() == *vector_pem("master-public"));
  CHECK(master_key().public_key().fingerprint() ==
        "a4:8d:92:0b:d6:78:49:53:f5:ad:b3:3a:96:55:4c:03:13:c7:f4:45:1e:18:6f:d8:df:23:5e:f6:83:00:85:df");
}

TEST_CASE("what is no usable RSA key is refused with the reason") {
  CHECK_THROWS_WITH(PublicKey::from_pem("", "the key of 'web1'"), Catch::Contains("the key of 'web1' is no PEM"));
  CHECK_THROWS_WITH(PublicKey::from_pem(std::string(1 << 20, 'x')), Catch::Contains("more than any key"));
  const std::string pem = some_key().public_key().pem();
  CHECK_THROWS_WITH(PublicKey::from_pem(pem.substr(0, 200)), Catch::Contains("cut short"));
  CHECK_THROWS_WITH(PublicKey::from_pem(pem + "\n" + pem), Catch::Contains("no base64"));
  CHECK_THROWS_WITH(PublicKey::from_pem(some_key().pem()), Catch::Contains("'RSA PRIVATE KEY'"));
  CHECK_THROWS_WITH(PublicKey::from_pem(write_pem("PUBLIC KEY", "not DER")), Catch::Contains("damaged"));
  CHECK_THROWS_WITH(PrivateKey::from_pem(pem), Catch::Contains("'PUBLIC KEY'"));
  CHECK_THROWS_WITH(PrivateKey::generate(1024), Catch::Contains("1024 bits"));
}

TEST_CASE("small, huge and weak keys and other kinds are refused") {
  const auto refused = [](const std::string& base64, const std::string& reason) {
    CHECK_THROWS_WITH(PublicKey::from_pem(write_pem("PUBLIC KEY", *from_base64(base64))), Catch::Contains(reason));
  };
  // RSA of 512 bits, and a P-256 key.
  refused("MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKNwapOQ6rQJHetP1HRlJBIh1OsOsUBiXb3rXXE3xpWAxAha0MH+UPRblOko+5T2JqIb+xKf9Vi3oTM3t"
          "KvffaUCAwEAAQ==", "512 bits");
  refused("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFa"
          "bmdT9POxg==", "no RSA key");
  // The exponent 010001 at the end of a good key becomes 1, or the modulus even.
  std::string der = read_pem(some_key().public_key().pem(), 4096, "key").der;
  std::string weak = der;
  weak[weak.size() - 3] = 0;
  CHECK_THROWS_WITH(PublicKey::from_pem(write_pem("PUBLIC KEY", weak)), Catch::Contains("exponent"));
  std::string even = der;
  even[even.size() - 6] = static_cast<char>(even[even.size() - 6] & ~1);
  CHECK_THROWS_WITH(PublicKey::from_pem(write_pem("PUBLIC KEY", even)), Catch::Contains("even modulus"));
}

}  // namespace halite::crypto
