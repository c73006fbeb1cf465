// The one thread that owns everything live: sockets, tables, timers. Nothing on it blocks.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/wire/task.h"

namespace halite::wire {

using Duration = std::chrono::steady_clock::duration;

// Make it first and destroy it last: parts refer to it. Only post, stop and wait_for may be called from other threads.
class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;

  // Runs until stop(), on the calling thread. May be called again after a stop.
  void run();
  // As run, but ends by itself after `limit`, or when nothing is left to wait for.
  void run_for(Duration limit);
  void stop();

  // Starts the task; an error that leaves it is logged under the name, and the loop goes on.
  void spawn(std::string name, Task<void> task);
  void post(std::function<void()> work);
  // Calls the handler on the loop for each of the signals, until the loop goes.
  void on_signals(const std::vector<int>& signals, std::function<void(int)> handler);

  // For blocking code on a worker thread: runs the task on the loop and waits for its result or error.
  // Never call it on the loop's own thread. Throws Error(unavailable) when the loop stops meanwhile.
  template <class T>
  T wait_for(std::function<Task<T>()> make_task);

  struct Impl;  // Asio's part; loop_impl.h, for this folder alone
  Impl& impl() { return *impl_; }

 private:
  std::future<void> start(std::function<Task<void>()> make_task);
  void wait(std::future<void>& finished);
  std::unique_ptr<Impl> impl_;
};

Task<void> sleep_for(Duration duration);

// Where tasks wait for something to happen on the loop. It lives on the loop thread.
class WaitPoint {
 public:
  explicit WaitPoint(Loop& loop);
  ~WaitPoint();
  WaitPoint(const WaitPoint&) = delete;

  // True when notified, false after `limit`.
  Task<bool> wait(Duration limit);
  void notify_all();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// The task's result, or nothing when it takes longer than `limit`: it then goes on, and its result or error is dropped.
template <class T>
Task<std::optional<T>> within(Loop& loop, Duration limit, Task<T> task);

namespace detail {

template <class T>
struct Pending {
  explicit Pending(Loop& loop) : done(loop) {}
  WaitPoint done;
  std::optional<T> result;
  std::exception_ptr error;
};

template <class T>
Task<void> finish(std::shared_ptr<Pending<T>> pending, Task<T> task) {
  try {
    pending->result.emplace(co_await std::move(task));
  } catch (...) {
    pending->error = std::current_exception();
  }
  pending->done.notify_all();
}

template <class T>
Task<void> store(std::function<Task<T>()> make_task, std::optional<T>* result) {
  result->emplace(co_await make_task());
}

}  // namespace detail

template <class T>
Task<std::optional<T>> within(Loop& loop, Duration limit, Task<T> task) {
  auto pending = std::make_shared<detail::Pending<T>>(loop);
  loop.spawn("work with a deadline", detail::finish<T>(pending, std::move(task)));
  co_await pending->done.wait(limit);
  if (pending->error) std::rethrow_exception(pending->error);
  co_return std::move(pending->result);
}

template <class T>
T Loop::wait_for(std::function<Task<T>()> make_task) {
  if constexpr (std::is_void_v<T>) {
    auto finished = start(std::move(make_task));
    wait(finished);
  } else {
    std::optional<T> result;
    auto finished = start([&] { return detail::store<T>(make_task, &result); });
    wait(finished);
    return std::move(*result);
  }
}

}  // namespace halite::wire
