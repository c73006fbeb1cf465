#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {

TEST_CASE("hashutil.* gives checksums, base64 and signatures") {
  Caller minion;
  CHECK(minion.call("hashutil.digest", {"get salted", "sha256"}) ==
        Value("d49859ccbc854fa68d800b5734efc70d72383e6479d545468bc300263164ff33"));
  CHECK(minion.call("hashutil.sha256_digest", {"get salted"}) ==
        minion.call("hashutil.digest", {"get salted", "sha256"}));
  CHECK(minion.call("hashutil.base64_b64encode", {"get salted"}) == Value("Z2V0IHNhbHRlZA=="));
  CHECK(minion.call("hashutil.base64_encodestring", {"get salted"}) == Value("Z2V0IHNhbHRlZA==\n"));
  CHECK(minion.call("hashutil.base64_b64decode", {"Z2V0IHNhbHRlZA=="}) == Value("get salted"));
  CHECK(minion.call("hashutil.hmac_signature",
                    {"get salted", "shared secret", "eBWf9bstXg+NiP5AOwppB5HMvZiYMPzEM9W5YMm/AmQ="}) == Value(true));
  CHECK(minion.call("hashutil.hmac_signature",
                    {"get salted", "wrong", "eBWf9bstXg+NiP5AOwppB5HMvZiYMPzEM9W5YMm/AmQ="}) == Value(false));
  CHECK(minion.call("hashutil.github_signature", {"{\"ref\":\"x\"}", "key", "sha1=00"}) == Value(false));
  minion.host.files["/srv/f"] = "get salted";
  CHECK(minion.call("hashutil.digest_file", {"/srv/f", "sha256"}) ==
        minion.call("hashutil.sha256_digest", {"get salted"}));
  CHECK(minion.call("hashutil.base64_decodefile", {"Z2V0IHNhbHRlZA==", "/srv/g"}) == Value(true));
  CHECK(minion.host.files["/srv/g"] == "get salted");
  CHECK(minion.call("hashutil.digest", {"x", "crc"}).as_string().find("the hash type 'crc' is unknown") !=
        std::string::npos);
  CHECK(minion.call("hashutil.base64_b64decode", {"!"}).as_string().find("is not base64") != std::string::npos);
}

}  // namespace halite::minion
