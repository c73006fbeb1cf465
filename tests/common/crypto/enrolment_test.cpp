#include "common/crypto/enrolment.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/base/strings.h"

using namespace halite;
using namespace halite::crypto;

TEST_CASE("a token proves one id with one key, and nothing else") {
  const auto token = EnrolmentToken::generate();
  const auto proof = token.prove("web1", "aa:bb");
  CHECK(is_proven(proof, "web1", "aa:bb"));
  CHECK_FALSE(is_proven(proof, "web2", "aa:bb"));
  CHECK_FALSE(is_proven(proof, "web1", "aa:bc"));
  CHECK_FALSE(is_proven({EnrolmentToken::generate().verifier(), proof.signature}, "web1", "aa:bb"));
}

TEST_CASE("a proof with any byte changed, cut or grown is none") {
  const auto proof = EnrolmentToken::generate().prove("web1", "aa:bb");
  for (std::size_t i = 0; i < proof.signature.size(); ++i) {
    EnrolmentProof other = proof;
    other.signature[i] = static_cast<char>(other.signature[i] ^ 1);
    CHECK_FALSE(is_proven(other, "web1", "aa:bb"));
  }
  CHECK_FALSE(is_proven({proof.verifier, proof.signature.substr(1)}, "web1", "aa:bb"));
  CHECK_FALSE(is_proven({proof.verifier, proof.signature + "x"}, "web1", "aa:bb"));
  CHECK_FALSE(is_proven({"", ""}, "web1", "aa:bb"));
  CHECK_FALSE(is_proven({std::string(32, '\0'), std::string(64, '\0')}, "web1", "aa:bb"));
}

TEST_CASE("a token is text that can be written down and read again, and proves the same") {
  // The seed of RFC 8032's first test, and its public key.
  const auto token = EnrolmentToken::from_text("enrol-9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
  CHECK(to_hex(token.verifier()) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(EnrolmentToken::from_text(token.text()).prove("a", "b").signature == token.prove("a", "b").signature);
  CHECK(enrolment_name(token.verifier()).size() == 16);
}

TEST_CASE("what is no token is refused without being shown") {
  for (const std::string text : {"", "enrol-", "enrol-12", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                                 "enrol-zz61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"}) {
    try {
      EnrolmentToken::from_text(text);
      FAIL("taken: " << text);
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
      CHECK(std::string(error.what()).find("9d61") == std::string::npos);
    }
  }
}
