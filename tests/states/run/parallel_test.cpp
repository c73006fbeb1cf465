#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "tests/states/scene.h"

namespace halite::states {
namespace {

// A place where two states meet: each waits until the other is there too.
class Meeting {
 public:
  bool arrive() {
    std::unique_lock lock(mutex_);
    ++here_;
    changed_.notify_all();
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return here_ >= 2; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int here_ = 0;
};

Function demo(std::string name, std::function<Outcome(const Map&, World&)> run) {
  return {.name = std::move(name), .doc = "For this test.", .example = {}, .arguments = {}, .ignored = {},
          .check = [](const Map&) {}, .run = std::move(run)};
}

Outcome done(std::string comment) { return {.result = Result::changed, .comment = std::move(comment), .changes = {{"a", 1}}}; }

RunResult run_demo(const std::vector<Function>& functions, const List& low, RunOptions options = {}) {
  Scene scene;
  Registry registry({Module{"demo", "For this test.", functions}});
  return run_low(low, registry,
                 RunContext{.host = scene.host, .files = scene.tree, .render = {}, .pillar = Map(), .grains = Map(), .options = options});
}

Map parallel(const char* function, const char* id, Map more = {}) {
  more.set("parallel", true);
  return chunk(function, id, more);
}

}  // namespace

TEST_CASE("parallel states run at the same time") {
  Meeting meeting;
  const auto meet = demo("meet", [&](const Map&, World&) { return meeting.arrive() ? done("met") : failed("alone"); });
  const auto run = run_demo({meet}, {parallel("demo.meet", "a"), parallel("demo.meet", "b")});
  CHECK(*result_of(run, "a").find("comment") == Value("met"));
  CHECK(*result_of(run, "b").find("comment") == Value("met"));
  CHECK(run.retcode == 0);
}

TEST_CASE("what requires a parallel state waits for it and sees its result") {
  std::atomic<bool> slow_is_done = false;
  const auto slow = demo("slow", [&](const Map&, World&) {
    std::this_thread::yield();
    slow_is_done = true;
    return done("slow");
  });
  const auto after = demo("after", [&](const Map&, World&) { return slow_is_done ? done("after") : failed("too early"); });
  const auto broken = demo("broken", [](const Map&, World&) { return failed("no"); });
  const auto run = run_demo({slow, after, broken}, {parallel("demo.slow", "s"),
                                                    chunk("demo.after", "next", {{"require", List{Map{{"demo", "s"}}}}}),
                                                    chunk("demo.after", "watching", {{"onchanges", List{Map{{"demo", "s"}}}}}),
                                                    parallel("demo.broken", "bad"),
                                                    chunk("demo.after", "lost", {{"require", List{Map{{"demo", "bad"}}}}})});
  CHECK(*result_of(run, "next").find("result") == Value(true));
  CHECK(*result_of(run, "watching").find("comment") == Value("after"));
  CHECK(*result_of(run, "lost").find("comment") == Value("One or more requisite failed: demo.bad"));
  CHECK(run.retcode == 2);
}

TEST_CASE("results stand in the order of starting, whichever state ended first") {
  Meeting meeting;
  const auto meet = demo("meet", [&](const Map&, World&) { return meeting.arrive() ? done("met") : failed("alone"); });
  const auto plain = demo("plain", [](const Map&, World&) { return done("plain"); });
  const auto run = run_demo({meet, plain}, {parallel("demo.meet", "first"), chunk("demo.plain", "second"), parallel("demo.meet", "third")});
  std::vector<std::int64_t> numbers;
  for (const auto& [tag, shown] : run.states) numbers.push_back(shown.find("__run_num__")->as_int());
  CHECK(numbers == std::vector<std::int64_t>{0, 1, 2});
}

TEST_CASE("more parallel states than the limit all run") {
  std::atomic<int> count = 0;
  const auto add = demo("add", [&](const Map&, World&) {
    ++count;
    return done("added");
  });
  List low;
  for (int i = 0; i < 100; ++i) low.push_back(parallel("demo.add", fmt::format("s{}", i).c_str()));
  const auto run = run_demo({add}, low);
  CHECK(count == 100);
  CHECK(run.states.size() == 100);
}

TEST_CASE("an error in a parallel state is its failure, and failhard stops the run at it") {
  const auto boom = demo("boom", [](const Map&, World&) -> Outcome { throw Error(ErrorKind::invalid, "boom"); });
  const auto plain = demo("plain", [](const Map&, World&) { return done("plain"); });
  const auto run = run_demo({boom, plain}, {parallel("demo.boom", "bad", {{"failhard", true}}),
                                            chunk("demo.plain", "next", {{"require", List{Map{{"demo", "bad"}}}}}),
                                            chunk("demo.plain", "later")});
  CHECK(*result_of(run, "bad").find("comment") == Value("boom"));
  CHECK(run.states.size() == 1);
}

TEST_CASE("templates, functions and files take turns among parallel states") {
  Scene scene;
  std::atomic<int> inside = 0;
  std::atomic<bool> collided = false;
  const auto call = [&](const std::string&, const List&, const Map&) {
    if (++inside != 1) collided = true;
    std::this_thread::yield();
    --inside;
    return Value(true);
  };
  const auto calls = demo("calls", [](const Map&, World& world) {
    for (int i = 0; i < 100; ++i) world.call("x", {}, {});
    return done("called");
  });
  Registry registry({Module{"demo", "For this test.", {calls}}});
  run_low({parallel("demo.calls", "a"), parallel("demo.calls", "b"), chunk("demo.calls", "c")}, registry,
          RunContext{.host = scene.host, .files = scene.tree, .render = {}, .call = call, .pillar = Map(), .grains = Map()});
  CHECK_FALSE(collided);
}

}  // namespace halite::states
