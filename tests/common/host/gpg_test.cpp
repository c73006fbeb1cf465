// With the real gpg and a key made for the test; where there is no gpg, only the failing cases.
#include "common/host/gpg.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"
#include "common/host/real_host.h"
#include "tests/support/temp_directory.h"

namespace halite {
namespace {

// A key pair in a directory of its own, and its agent's end.
class Keys {
 public:
  Keys() : host_(make_real_host()) {
    host_->set_attributes(home_.path(), {.mode = 0700});
    gpg({"--passphrase", "", "--quick-generate-key", "test <test@example.org>", "future-default", "default", "never"}, "");
  }
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  ~Keys() { host_->execute({.argv = {"gpgconf", "--homedir", home_.path(), "--kill", "all"}}); }

  std::string sealed(const std::string& text) {
    return gpg({"--armor", "--trust-model", "always", "--recipient", "test@example.org", "--encrypt"}, text);
  }
  Host& host() { return *host_; }
  const std::string& directory() const { return home_.path(); }

 private:
  std::string gpg(Argv arguments, const std::string& input) {
    Argv argv{"gpg", "--homedir", home_.path(), "--batch", "--quiet"};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const CommandResult result = host_->execute({.argv = argv, .input = input});
    INFO(result.error);
    REQUIRE(result.exit_code == 0);
    return result.output;
  }

  TempDirectory home_;
  std::unique_ptr<Host> host_;
};

bool has_gpg() { return make_real_host()->find_program("gpg").has_value(); }

}  // namespace

TEST_CASE("a message is opened with a key of the directory, and refused without one") {
  if (!has_gpg()) {
    WARN("there is no gpg here");
    return;
  }
  Keys keys;
  const std::string message = keys.sealed("s3cret\n");
  CHECK(gpg_decrypt(keys.host(), keys.directory(), message) == "s3cret\n");
  CHECK(gpg_decryptor(keys.host(), keys.directory())(message) == "s3cret\n");
  const TempDirectory empty;
  try {
    gpg_decrypt(keys.host(), empty.path(), message);
    FAIL("opened without a key");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::denied);
    CHECK_THAT(error.what(), Catch::Contains(empty.path()));
    CHECK_THAT(error.what(), !Catch::Contains("BEGIN PGP"));
  }
  keys.host().execute({.argv = {"gpgconf", "--homedir", empty.path(), "--kill", "all"}});
}

TEST_CASE("what is no message is refused, and a missing directory is named") {
  if (!has_gpg()) {
    WARN("there is no gpg here");
    return;
  }
  const auto host = make_real_host();
  const TempDirectory empty;
  CHECK_THROWS_AS(gpg_decrypt(*host, empty.path(), "-----BEGIN PGP MESSAGE-----\n\nnonsense\n-----END PGP MESSAGE-----"), Error);
  CHECK_THROWS_WITH(gpg_decrypt(*host, "/nowhere/keys", "x"), Catch::Contains("/nowhere/keys") && Catch::Contains("gpg_keydir"));
  host->execute({.argv = {"gpgconf", "--homedir", empty.path(), "--kill", "all"}});
}

}  // namespace halite
