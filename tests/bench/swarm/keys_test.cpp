#include "bench/swarm/keys.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "common/base/error.h"
#include "tests/support/temp_directory.h"

namespace halite::swarm {

TEST_CASE("keys are made once and found again; a file that holds none is an error") {
  const TempDirectory directory;
  const auto ignore = [](std::size_t) {};
  const auto made = load_keys(directory.path(), 1, 1, ignore);
  REQUIRE(made.size() == 1);
  const auto found = load_keys(directory.path(), 1, 1, ignore);
  REQUIRE(found.size() == 1);
  CHECK(found[0]->key.public_key() == made[0]->key.public_key());
  CHECK(found[0]->token == made[0]->token);
  CHECK(found[0]->key.public_key().recover_x931(found[0]->token) == "salt");
  std::ofstream(directory.path() + "/keys-0000.pem") << "nonsense\n";
  CHECK_THROWS_WITH(load_keys(directory.path(), 1, 1, ignore), Catch::Contains("no whole key pairs"));
}

}  // namespace halite::swarm
