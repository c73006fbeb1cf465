#include "master/jobs/presence.h"

#include <catch2/catch.hpp>

#include "common/wire/publication.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using std::chrono::seconds;

namespace {

struct World {
  FakeHost host;
  wire::Listeners listeners;
  Presence presence{listeners, host};

  void come(const std::string& id) { set(id, true); }
  void go(const std::string& id) { set(id, false); }
  void set(const std::string& id, bool is_there) {
    auto& standing = listeners.topics[wire::topic_of(id)];
    if (standing.is_there != is_there) is_there ? ++listeners.topics_there : --listeners.topics_there;
    standing = {is_there, host.steady_now(), is_there ? 1u : 0u};
  }
};

}  // namespace

TEST_CASE("a minion that left is away after the blink of a reconnection, until it comes back") {
  World world;
  world.come("web1");
  CHECK(world.presence.is_there("web1"));
  CHECK_FALSE(world.presence.is_away("web1"));
  world.go("web1");
  CHECK_FALSE(world.presence.is_away("web1"));
  world.host.sleep(seconds(4));
  CHECK(world.presence.is_away("web1"));
  world.come("web1");
  CHECK_FALSE(world.presence.is_away("web1"));
}

TEST_CASE("a minion that was heard of since it left may listen without saying so") {
  World world;
  world.come("web1");
  world.presence.heard_of("web1");
  world.go("web1");
  world.host.sleep(seconds(4));
  CHECK(world.presence.is_away("web1"));
  world.presence.heard_of("web1");  // it runs stock Salt now
  CHECK_FALSE(world.presence.is_away("web1"));
}

TEST_CASE("who never came is away once all that are connected are known, and not right after the start") {
  World world;
  world.come("web1");
  world.listeners.connections = 1;
  CHECK_FALSE(world.presence.is_away("web2"));
  world.host.sleep(seconds(31));
  CHECK(world.presence.is_away("web2"));
  world.listeners.connections = 2;  // somebody else: it may be web2
  CHECK_FALSE(world.presence.is_away("web2"));
}

TEST_CASE("topics beyond any fleet tell nothing any more") {
  World world;
  world.listeners.is_overrun = true;
  world.host.sleep(seconds(31));
  CHECK_FALSE(world.presence.is_away("web2"));
}

TEST_CASE("two that listen under one name for longer than a dead connection lasts are two") {
  World world;
  world.come("web1");
  CHECK_FALSE(world.presence.any_may_be_twice());
  world.listeners.shared_topics[wire::topic_of("web1")] = world.host.steady_now();
  CHECK(world.presence.any_may_be_twice());
  CHECK_FALSE(world.presence.is_twice("web1"));
  world.host.sleep(seconds(71));
  CHECK(world.presence.is_twice("web1"));
  CHECK_FALSE(world.presence.is_twice("web2"));
}
