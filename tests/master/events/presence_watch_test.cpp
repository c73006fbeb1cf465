#include "master/events/presence_watch.h"

#include <catch2/catch.hpp>

#include <set>

#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;

namespace {

struct World {
  wire::Loop loop;
  FakeHost host;
  EventBus events{loop, host};
  std::vector<std::string> accepted{"web1", "web2"};
  std::set<std::string> there;
  std::uint64_t changes = 0;
  int asked = 0;  // how often for everyone
  PresenceWatch watch{events, host, {[this] { ++asked; return accepted; }, [this](const std::string& id) { return there.contains(id); }, [this] { return changes; }}};
  Subscription heard{events, [](const std::string&) { return true; }};

  void set(std::set<std::string> now_there) {
    there = std::move(now_there);
    ++changes;
  }
  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      host.sleep(std::chrono::seconds(1));
      watch.look();
    }
  }
  // "TAG FIELD:ID ..." of every event since the last call.
  std::vector<std::string> told() {
    std::vector<std::string> all;
    for (;;) {
      const auto event = await(loop, heard.next(std::chrono::milliseconds(0)));
      if (!event) return all;
      std::string line = event->tag;
      for (const char* key : {"new", "lost", "present"})
        if (const Value* ids = event->data.find(key))
          for (const auto& id : ids->as_list()) line += fmt::format(" {}:{}", key, id.as_string());
      all.push_back(line);
    }
  }
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("who comes and goes is told at once, who is there once a minute") {
  World world;
  world.watch.look();
  CHECK(world.told() == Lines{"salt/presence/present"});
  world.set({"web1", "stranger"});
  world.pass(1);
  CHECK(world.told() == Lines{"salt/presence/change new:web1"});
  world.pass(59);
  CHECK(world.told() == Lines{"salt/presence/present present:web1"});
}

TEST_CASE("a change has both lists, as Salt's has") {
  World world;
  world.set({"web1"});
  world.watch.look();
  const auto event = await(world.loop, world.heard.next(std::chrono::milliseconds(0)));
  REQUIRE(event);
  CHECK(*event->data.find("new") == Value(List{"web1"}));
  CHECK(*event->data.find("lost") == Value(List{}));
}

TEST_CASE("a blink is no loss") {
  World world;
  world.set({"web1", "web2"});
  world.watch.look();
  world.told();
  world.set({"web2"});
  world.pass(2);
  world.set({"web1", "web2"});
  world.pass(5);
  CHECK(world.told().empty());
  world.set({"web2"});
  world.pass(3);
  CHECK(world.told().empty());
  world.pass(1);
  CHECK(world.told() == Lines{"salt/presence/change lost:web1"});
}

TEST_CASE("a minion whose key is taken away is lost at once, whoever still listens") {
  World world;
  world.set({"web1", "web2"});
  world.watch.look();
  world.told();
  world.accepted = {"web1"};
  ++world.changes;
  world.pass(1);
  CHECK(world.told() == Lines{"salt/presence/change lost:web2"});
}

TEST_CASE("while nobody comes or goes, nobody is looked at") {
  World world;
  world.set({"web1", "web2"});
  world.pass(50);
  CHECK(world.asked == 1);
  world.set({"web1"});
  world.pass(100);
  CHECK(world.asked == 1 + 4);  // for as long as it may be a blink
  CHECK(world.told().back() == "salt/presence/present present:web1");
}
