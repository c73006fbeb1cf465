// How much strangers may make us log.
#pragma once

#include <chrono>
#include <cstddef>

namespace halite {

// So many lines in each window of time. One owner, one thread.
class LineLimit {
 public:
  using Clock = std::chrono::steady_clock;
  LineLimit(std::size_t lines, Clock::duration window) : lines_(lines), window_(window) {}

  struct Permission {
    bool is_given = false;
    std::size_t left_out = 0;  // lines of windows before that were not written; told once
  };
  Permission ask(Clock::time_point now);

 private:
  const std::size_t lines_;
  const Clock::duration window_;
  Clock::time_point began_at_{};
  std::size_t asked_ = 0;
};

}  // namespace halite
