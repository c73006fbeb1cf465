// Threads for heavy or blocking work: values in, a value out, nothing shared.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "common/wire/loop.h"
#include "common/wire/task.h"

namespace halite::wire {

struct WorkersOptions {
  std::string name = "worker";
  std::size_t threads = 2;                                  // started when there is work, ended when idle
  std::size_t queue_limit = 1024;                           // waiting pieces of work
  Duration idle_time = std::chrono::seconds(20);            // after which a thread ends
  int nice = 0;                                             // so much the loop goes before these threads, see nice(2)
};

// Destroy it before the loop. The destructor waits for running work and drops what waits.
class Workers {
 public:
  Workers(Loop& loop, WorkersOptions options);
  ~Workers();
  Workers(const Workers&) = delete;

  // Runs `work()` on a thread and gives its result or error on the loop. Throws Error(unavailable) at once when the queue
  // is full. The work captures values.
  template <class Work>
  Task<std::invoke_result_t<Work&>> run(Work work) {
    using Result = std::invoke_result_t<Work&>;
    // Shared with the thread: the task may end before the work does, when it finds no memory to wait with.
    auto shared = std::make_shared<Work>(std::move(work));
    if constexpr (std::is_void_v<Result>) {
      std::function<void()> erased = [shared] { (*shared)(); };
      co_await run_erased(std::move(erased));
    } else {
      auto result = std::make_shared<std::optional<Result>>();
      std::function<void()> erased = [shared, result] { result->emplace((*shared)()); };
      co_await run_erased(std::move(erased));
      co_return std::move(**result);
    }
  }

  std::size_t waiting() const;
  std::size_t threads() const;  // at most

 private:
  Task<void> run_erased(std::function<void()> work);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace halite::wire
