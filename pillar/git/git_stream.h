// TCP for libgit2 with a deadline, which libgit2 1.5 has not by itself. Private to this folder.
#pragma once

#include <chrono>

namespace halite::pillar {

// While it lives, every network connection that libgit2 makes in this thread ends at the deadline. libgit2 hands its
// streams nothing but host and port, so the thread is the only thing both sides know.
class StreamDeadline {
 public:
  explicit StreamDeadline(std::chrono::steady_clock::time_point deadline);
  ~StreamDeadline();
  StreamDeadline(const StreamDeadline&) = delete;
  StreamDeadline& operator=(const StreamDeadline&) = delete;

  bool passed() const;
};

// Makes libgit2 use these connections. Called once, by start_git().
void register_stream();

}  // namespace halite::pillar
