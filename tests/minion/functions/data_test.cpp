#include <catch2/catch.hpp>

#include "tests/minion/functions/caller.h"

namespace halite::minion {
namespace {

struct Minion : Caller {
  Minion() { host.add_directory(directory.path()); }
};

}  // namespace

TEST_CASE("data.* keeps values across jobs, for root alone") {
  Minion minion;
  CHECK(minion.call("data.load") == Value(Map{}));
  CHECK(minion.call("data.update", {"release", 12}) == Value(true));
  CHECK(minion.call("data.update", {"name", "bookworm"}) == Value(true));
  CHECK(minion.call("data.items") == Value(Map{{"release", 12}, {"name", "bookworm"}}));
  CHECK(minion.call("data.keys") == Value(List{"release", "name"}));
  CHECK(minion.call("data.values") == Value(List{12, "bookworm"}));
  CHECK(minion.host.status(minion.config.settings.cachedir + "/datastore")->mode == 0600);
  CHECK(minion.call("data.clear") == Value(true));
  CHECK(minion.call("data.load") == Value(Map{}));
}

TEST_CASE("data.get gives one value or several, with a default where there is none") {
  Minion minion;
  minion.call("data.dump", {Map{{"a", 1}, {"b", 2}}});
  CHECK(minion.call("data.get", {"a"}) == Value(1));
  CHECK(minion.call("data.get", {"c", "none"}) == Value("none"));
  CHECK(minion.call("data.get", {List{"b", "c"}}) == Value(List{2}));
  CHECK(minion.call("data.get", {List{"b", "c"}, 0}) == Value(List{2, 0}));
  CHECK(minion.call("data.has_key", {"b"}) == Value(true));
  CHECK(minion.call("data.has_key", {"c"}) == Value(false));
  CHECK(minion.call("data.dump", {"no map"}) == Value(false));
  CHECK(minion.call("data.get", {"a"}) == Value(1));
}

TEST_CASE("data.cas changes only what is as the caller thinks") {
  Minion minion;
  CHECK(minion.call("data.cas", {"leader", "web2", "web1"}) == Value(false));
  minion.call("data.update", {"leader", "web1"});
  CHECK(minion.call("data.cas", {"leader", "web3", "web2"}) == Value(false));
  CHECK(minion.call("data.cas", {"leader", "web2", "web1"}) == Value(true));
  CHECK(minion.call("data.pop", {"leader"}) == Value("web2"));
  CHECK(minion.call("data.pop", {"leader", "nobody"}) == Value("nobody"));
}

TEST_CASE("a data store that is damaged is named and not overwritten") {
  Minion minion;
  minion.call("data.update", {"a", 1});
  const std::string place = minion.config.settings.cachedir + "/datastore";
  minion.host.files[place] = "\xc1 no store";
  CHECK(minion.call("data.update", {"a", 2}).as_string().find(place) != std::string::npos);
  CHECK(minion.host.files[place] == "\xc1 no store");
}

}  // namespace halite::minion
