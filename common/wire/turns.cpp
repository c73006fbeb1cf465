#include "common/wire/turns.h"

#include <array>
#include <deque>
#include <new>

namespace halite::wire {
namespace {

struct Waiter {
  explicit Waiter(Loop& loop) : called(loop) {}
  WaitPoint called;
  bool is_called = false, has_left = false;
};

}  // namespace

struct Turns::Impl {
  Impl(Loop& on_loop, TurnsOptions given) : loop(on_loop), options(given) {}

  static Task<std::optional<Turn>> take(std::shared_ptr<Impl> self, bool goes_first);
  static Turn turn(const std::shared_ptr<Impl>& self) {
    return Turn([self] { self->free_place(); });
  }
  void free_place();

  Loop& loop;
  TurnsOptions options;
  std::size_t taken = 0, waiting = 0, others = 0;  // of the waiting
  std::array<std::deque<std::shared_ptr<Waiter>>, 2> lines;  // those who go first, the others
};

// The place goes to the next in line, without becoming free in between.
void Turns::Impl::free_place() {
  for (auto& line : lines)
    while (!line.empty()) {
      const auto next = std::move(line.front());
      line.pop_front();
      if (next->has_left) continue;
      next->is_called = true;
      next->called.notify_all();
      return;
    }
  --taken;
}

Task<std::optional<Turn>> Turns::Impl::take(std::shared_ptr<Impl> self, bool goes_first) {
  if (self->taken < self->options.places) {
    ++self->taken;
    co_return turn(self);
  }
  if (self->waiting >= self->options.line_limit || (!goes_first && self->others >= self->options.others_limit)) co_return std::nullopt;
  auto& line = self->lines[goes_first ? 0 : 1];
  const auto waiter = std::make_shared<Waiter>(self->loop);
  line.push_back(waiter);
  ++self->waiting;
  if (!goes_first) ++self->others;
  const auto deadline = std::chrono::steady_clock::now() + self->options.wait_limit;
  try {
    for (Duration left = self->options.wait_limit; !waiter->is_called && left > Duration::zero(); left = deadline - std::chrono::steady_clock::now())
      co_await waiter->called.wait(left);
  } catch (const std::bad_alloc&) {  // it leaves, with the place if it has been called
  }
  --self->waiting;
  if (!goes_first) --self->others;
  waiter->has_left = true;
  // Nobody else clears the line while all places are held.
  while (!line.empty() && line.front()->has_left) line.pop_front();
  if (!waiter->is_called) co_return std::nullopt;
  co_return turn(self);
}

Turns::Turns(Loop& loop, TurnsOptions options) : impl_(std::make_shared<Impl>(loop, options)) {}

Task<std::optional<Turn>> Turns::take(bool goes_first) { return Impl::take(impl_, goes_first); }
std::size_t Turns::waiting() const { return impl_->waiting; }
std::size_t Turns::taken() const { return impl_->taken; }

}  // namespace halite::wire
