// The event bus: everyone hears, and a slow listener loses only its own.
#include "master/events/event_bus.h"

#include <catch2/catch.hpp>

#include "tests/master/support/await.h"
#include "tests/support/fake_host.h"

using namespace halite;
using namespace halite::master;
using halite::test::await;
using std::chrono::milliseconds;

TEST_CASE("A listener hears what it wants, with the time") {
  wire::Loop loop;
  FakeHost host;
  EventBus bus(loop, host);
  Subscription listener(bus, [](const std::string& tag) { return tag == "wanted"; });
  bus.publish("other", {});
  bus.publish("wanted", {{"x", 1}});
  const auto event = await(loop, listener.next(milliseconds(100)));
  REQUIRE(event);
  CHECK(event->data.at("x") == Value(1));
  CHECK(event->data.at("_stamp") == Value("2026-01-01T00:00:00.000000"));
  CHECK_FALSE(await(loop, listener.next(milliseconds(10))));
}

TEST_CASE("A listener that does not listen loses events, and is told how many") {
  wire::Loop loop;
  FakeHost host;
  EventBus bus(loop, host);
  const auto all = [](const std::string&) { return true; };
  Subscription slow(bus, all, 2);
  Subscription other(bus, all, 100);
  for (int i = 0; i < 5; ++i) bus.publish("tag", {{"i", i}});
  CHECK(await(loop, slow.next(milliseconds(10)))->data.at("i") == Value(0));
  CHECK(await(loop, slow.next(milliseconds(10)))->data.at("i") == Value(1));
  const auto lost = await(loop, slow.next(milliseconds(10)));
  CHECK(lost->tag == "salt/event/lost");
  CHECK(lost->data.at("count") == Value(3));
  for (int i = 0; i < 5; ++i) CHECK(await(loop, other.next(milliseconds(10)))->data.at("i") == Value(i));
}
