// Runs a task to its end on a loop, for tests that are plain functions.
#pragma once

#include <exception>
#include <optional>
#include <stdexcept>

#include "common/wire/loop.h"

namespace halite::test {

template <class T>
Task<void> finish_into(wire::Loop& loop, Task<T> task, std::optional<T>& result, std::exception_ptr& error) {
  try {
    result.emplace(co_await std::move(task));
  } catch (...) {
    error = std::current_exception();
  }
  loop.stop();
}

inline Task<bool> to_bool(Task<void> task) {
  co_await std::move(task);
  co_return true;
}

// The task's result, or its error. A task that takes longer than `limit` fails the test.
template <class T>
T await(wire::Loop& loop, Task<T> task, wire::Duration limit = std::chrono::seconds(20)) {
  std::optional<T> result;
  std::exception_ptr error;
  loop.spawn("a test's task", finish_into<T>(loop, std::move(task), result, error));
  loop.run_for(limit);
  if (error) std::rethrow_exception(error);
  if (!result) throw std::runtime_error("the task did not end in time");
  return std::move(*result);
}

inline void await(wire::Loop& loop, Task<void> task, wire::Duration limit = std::chrono::seconds(20)) {
  await<bool>(loop, to_bool(std::move(task)), limit);
}

}  // namespace halite::test
