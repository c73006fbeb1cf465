#include "bench/swarm/options.h"

#include <catch2/catch.hpp>

#include "common/config/program.h"

namespace halite::swarm {
namespace {

Options parsed(std::vector<std::string> words) {
  words.insert(words.begin(), "--keys=keys");
  return options_from(parse_options(command_line(), words));
}

}  // namespace

TEST_CASE("steps are names with arguments, in order") {
  const Options options = parsed({"-n", "5", "--cli", "halite -c 'a b'", "enrol", "returns:1024:7", "idle"});
  CHECK(options.minions == 5);
  CHECK(options.command == std::vector<std::string>{"halite", "-c", "a b"});
  REQUIRE(options.steps.size() == 3);
  CHECK(options.steps[1].number(0, 1, 0, 5000) == 1024);
  CHECK(options.steps[1].number(1, 1, 0, 5000) == 7);
  CHECK(options.steps[2].number(0, 10, 1, 20) == 10);
  CHECK_THROWS_AS(options.steps[1].number(0, 1, 0, 1000), UsageError);
}

TEST_CASE("what can't be run is refused before anything is") {
  CHECK_THROWS_WITH(parsed({"enrol", "pings"}), Catch::Contains("did you mean 'ping'"));
  CHECK_THROWS_WITH(parsed({"idle"}), Catch::Contains("first step is enrol"));
  CHECK_THROWS_WITH(parsed({"enrol", "ping"}), Catch::Contains("give --cli"));
  CHECK_THROWS_WITH(parsed({"--cli=halite", "enrol", "storm"}), Catch::Contains("give --restart"));
  CHECK_THROWS_WITH(parsed({"-n0", "enrol"}), Catch::Contains("--minions"));
  CHECK_THROWS_WITH(parsed({"--protocol=1", "enrol"}), Catch::Contains("from 2 to 3"));
  CHECK_THROWS_WITH(parsed({"--id=web", "enrol"}), Catch::Contains("no place {}"));
  CHECK_THROWS_WITH(parsed({}), Catch::Contains("at least one step"));
  CHECK_THROWS_AS(options_from(parse_options(command_line(), {"enrol"})), UsageError);
}

}  // namespace halite::swarm
