// operator new of the master's own, on mimalloc's malloc. Debian's mimalloc is compiled as C: its operator new asks a function of its
// own name for the handler, finds none and aborts, where C++ promises std::bad_alloc.
#include <cstdlib>
#include <new>

#include "common/base/memory_reserve.h"

namespace {

template <class Allocate>
void* allocate(Allocate allocate) {
  for (;;) {
    if (void* const memory = allocate()) return memory;
    if (!halite::MemoryReserve::give()) throw std::bad_alloc();
  }
}

std::size_t not_zero(std::size_t size) { return size == 0 ? 1 : size; }

void* aligned(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  const std::size_t whole = (not_zero(size) + step - 1) / step * step;
  return allocate([=] { return whole < size ? nullptr : std::aligned_alloc(step, whole); });
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate([=] { return std::malloc(not_zero(size)); });
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, std::align_val_t alignment) { return aligned(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return aligned(size, alignment); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(not_zero(size)); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(not_zero(size)); }

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
