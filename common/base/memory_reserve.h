// Memory kept aside for the moment when there is none.
#pragma once

#include <atomic>
#include <cstddef>

namespace halite {

// The first allocation that fails gets it, so that what is going on can be refused in an orderly way and the program goes on;
// later ones throw std::bad_alloc as ever, until it is restored. One at a time in a process: the runtime knows one handler.
class MemoryReserve {
 public:
  explicit MemoryReserve(std::size_t bytes);
  ~MemoryReserve();
  MemoryReserve(const MemoryReserve&) = delete;

  // Takes the memory again, if there is any. True when it had been needed.
  bool restore();
  // Whether there was something to give to an allocation that failed; it is to be tried again then.
  static bool give();

 private:
  static std::atomic<void*> kept_;
  const std::size_t bytes_;
};

}  // namespace halite
