#include "common/wire/turns.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace halite::wire {
namespace {

using namespace std::chrono_literals;

struct World {
  explicit World(TurnsOptions options) : turns(loop, options) {}

  // Takes a turn, notes the name, holds the place until the loop has done all else.
  static Task<void> work(World* world, std::string name, bool goes_first) {
    const auto turn = co_await world->turns.take(goes_first);
    world->notes.push_back(turn ? name : name + " turned away");
    world->most = std::max(world->most, world->turns.taken());
    if (turn) co_await sleep_for(world->work_time);
  }
  void start(const std::string& name, bool goes_first = true) { loop.spawn(name, work(this, name, goes_first)); }

  Loop loop;
  Turns turns;
  Duration work_time = 1ms;
  std::vector<std::string> notes;
  std::size_t most = 0;
};

}  // namespace

TEST_CASE("places are taken in the order of coming, but some go first") {
  World world({.places = 2});
  for (const char* name : {"a", "b", "c"}) world.start(name, false);
  world.start("d", true);
  world.start("e", false);
  world.loop.run_for(5s);
  CHECK(world.notes == std::vector<std::string>{"a", "b", "d", "c", "e"});
  CHECK(world.most == 2);
  CHECK(world.turns.taken() == 0);
  CHECK(world.turns.waiting() == 0);
}

TEST_CASE("a line that is too long, or too slow, turns away") {
  World world({.places = 1, .line_limit = 2, .wait_limit = 20ms});
  world.work_time = 100ms;
  for (const char* name : {"a", "b", "c", "d"}) world.start(name);
  world.loop.run_for(5s);
  CHECK(world.notes == std::vector<std::string>{"a", "d turned away", "b turned away", "c turned away"});
  CHECK(world.turns.waiting() == 0);
  world.start("e");
  world.loop.run_for(5s);
  CHECK(world.notes.back() == "e");
  CHECK(world.turns.taken() == 0);
}

TEST_CASE("those who do not go first never fill the line") {
  World world({.places = 1, .line_limit = 10, .others_limit = 2});
  world.work_time = 20ms;
  for (const char* name : {"a", "b", "c", "d"}) world.start(name, false);
  world.start("e", true);
  world.loop.run_for(5s);
  CHECK(world.notes == std::vector<std::string>{"a", "d turned away", "e", "b", "c"});
}

TEST_CASE("work that fails frees its place, and a place may outlive the turns") {
  Loop loop;
  std::optional<Turn> kept;
  {
    Turns turns(loop, {.places = 1});
    const auto failing = [](Turns* at) -> Task<void> {
      const auto turn = co_await at->take();
      throw std::runtime_error("as planned");
    };
    const auto keeping = [](Turns* at, std::optional<Turn>* into) -> Task<void> {
      auto turn = co_await at->take();
      into->emplace(std::move(*turn));
    };
    loop.spawn("failing", failing(&turns));
    loop.spawn("keeping", keeping(&turns, &kept));
    loop.run_for(5s);
    CHECK(turns.taken() == 1);
  }
  CHECK(kept);
  kept.reset();
}

}  // namespace halite::wire
