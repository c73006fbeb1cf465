// Places for heavy work of one kind. Who finds none stands in line, so that a storm of that work is worked off in order and
// other work goes on beside it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "common/wire/loop.h"

namespace halite::wire {

struct TurnsOptions {
  std::size_t places = 1;
  std::size_t line_limit = 20'000;                  // who comes later is turned away
  std::size_t others_limit = 20'000;                // so is one of those who do not go first, when so many of them stand in line
  Duration wait_limit = std::chrono::seconds(60);   // who waits longer is turned away: nobody waits for the answer any more
};

// A place, until it is destroyed; it may outlive the turns.
class Turn {
 public:
  explicit Turn(std::function<void()> leave) : leave_(std::move(leave)) {}
  ~Turn() {
    if (leave_) leave_();
  }
  Turn(Turn&& other) noexcept : leave_(std::exchange(other.leave_, nullptr)) {}
  Turn& operator=(Turn&&) = delete;

 private:
  std::function<void()> leave_;
};

// Lives on the loop thread.
class Turns {
 public:
  Turns(Loop& loop, TurnsOptions options);

  // Waits for a place. First come, first served, but those who go first before the others. Nothing when turned away.
  Task<std::optional<Turn>> take(bool goes_first = true);
  std::size_t waiting() const;
  std::size_t taken() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace halite::wire
