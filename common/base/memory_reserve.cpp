#include "common/base/memory_reserve.h"

#include <cstdlib>
#include <new>

namespace halite {

// The handler is a plain function, so what it gives is the one thing here that belongs to the process.
std::atomic<void*> MemoryReserve::kept_{nullptr};

MemoryReserve::MemoryReserve(std::size_t bytes) : bytes_(bytes) {
  kept_ = std::malloc(bytes_);
  std::set_new_handler([] {
    if (!give()) throw std::bad_alloc();
  });
}

MemoryReserve::~MemoryReserve() {
  std::set_new_handler(nullptr);
  std::free(kept_.exchange(nullptr));
}

bool MemoryReserve::restore() {
  if (kept_.load()) return false;
  kept_ = std::malloc(bytes_);
  return true;
}

bool MemoryReserve::give() {
  void* const memory = kept_.exchange(nullptr);
  std::free(memory);
  return memory != nullptr;
}

}  // namespace halite
