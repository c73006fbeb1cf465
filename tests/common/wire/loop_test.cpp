#include <catch2/catch.hpp>

#include <thread>

#include "common/base/error.h"
#include "common/wire/loop.h"
#include "common/wire/workers.h"

namespace halite::wire {
namespace {

using namespace std::chrono_literals;

Task<void> note(std::string text, std::vector<std::string>* notes) {
  notes->push_back(std::move(text));
  co_return;
}

Task<void> fail() {
  throw Error(ErrorKind::invalid, "as planned");
  co_return;
}

Task<int> slow_number(Duration duration) {
  co_await sleep_for(duration);
  co_return 7;
}

Task<int> failing_number() {
  throw Error(ErrorKind::denied, "no number");
  co_return 0;
}

}  // namespace

TEST_CASE("a task that fails is logged, and the loop goes on with the others") {
  Loop loop;
  std::vector<std::string> notes;
  loop.spawn("failing", fail());
  loop.spawn("noting", note("after", &notes));
  loop.run_for(1s);
  CHECK(notes == std::vector<std::string>{"after"});
}

TEST_CASE("waiting at a point ends by notification or by its limit, and says which") {
  Loop loop;
  WaitPoint point(loop);
  std::vector<std::string> notes;
  const auto waiter = [](WaitPoint* at, Duration limit, std::vector<std::string>* into) -> Task<void> {
    into->push_back(co_await at->wait(limit) ? "notified" : "limit");
  };
  loop.spawn("short", waiter(&point, 1ms, &notes));
  loop.run_for(1s);
  loop.spawn("long", waiter(&point, 1h, &notes));
  loop.spawn("long too", waiter(&point, 1h, &notes));
  loop.post([&] { loop.post([&] { point.notify_all(); }); });
  loop.run_for(5s);
  CHECK(notes == std::vector<std::string>{"limit", "notified", "notified"});
}

TEST_CASE("a deadline gives nothing for slow work, and passes results and errors of quick work") {
  Loop loop;
  std::vector<std::string> notes;
  const auto check = [](Loop* on, std::vector<std::string>* into) -> Task<void> {
    const auto late = co_await within<int>(*on, 1ms, slow_number(50ms));
    into->push_back(late ? "in time" : "late");
    const auto early = co_await within<int>(*on, 5s, slow_number(1ms));
    into->push_back(std::to_string(early.value_or(0)));
    try {
      co_await within<int>(*on, 5s, failing_number());
    } catch (const Error& error) {
      into->push_back(error.message());
    }
  };
  loop.spawn("check", check(&loop, &notes));
  loop.run_for(5s);
  CHECK(notes == std::vector<std::string>{"late", "7", "no number"});
}

TEST_CASE("workers give back values and errors, and refuse what their queue can't hold") {
  Loop loop;
  Workers workers(loop, {.name = "test", .threads = 2, .queue_limit = 4, .idle_time = 10ms});
  int sum = 0, refused = 0;
  std::string error_text;
  const auto add = [](Workers* on, int number, int* into, int* refusals) -> Task<void> {
    try {
      *into += co_await on->run([number] {
        std::this_thread::sleep_for(2ms);
        return number;
      });
    } catch (const Error& error) {
      *refusals += error.kind() == ErrorKind::unavailable;
    }
  };
  const auto fail_on = [](Workers* on, std::string* into) -> Task<void> {
    try {
      co_await on->run([] { throw Error(ErrorKind::invalid, "broken work"); });
    } catch (const Error& error) {
      *into = error.message();
    }
  };
  loop.spawn("failing", fail_on(&workers, &error_text));
  loop.run_for(5s);
  CHECK(error_text == "broken work");
  for (int i = 0; i < 100; ++i) loop.spawn("adding", add(&workers, 1, &sum, &refused));
  loop.run_for(10s);
  CHECK(sum + refused == 100);
  CHECK(sum >= 4);
  CHECK(refused > 0);
}

TEST_CASE("blocking code on a thread can wait for a task of the loop, and gets its error") {
  Loop loop;
  int number = 0;
  std::string error_text;
  std::thread thread([&] {
    number = loop.wait_for<int>([] { return slow_number(1ms); });
    try {
      loop.wait_for<int>([] { return failing_number(); });
    } catch (const Error& error) {
      error_text = error.message();
    }
    loop.stop();
  });
  loop.run();
  thread.join();
  CHECK(number == 7);
  CHECK(error_text == "no number");
}

TEST_CASE("a loop that goes away with waiting tasks in it leaks and touches nothing") {
  std::vector<std::string> notes;
  {
    Loop loop;
    WaitPoint point(loop);
    const auto waiter = [](WaitPoint* at, std::vector<std::string>* into) -> Task<void> {
      co_await at->wait(1h);
      into->push_back("woken");
    };
    loop.spawn("waiting", waiter(&point, &notes));
    loop.run_for(1ms);
  }
  CHECK(notes.empty());
}

}  // namespace halite::wire
