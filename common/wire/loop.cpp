#include "common/wire/loop.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/wire/loop_impl.h"

namespace halite::wire {
namespace {

namespace asio = boost::asio;

// Takes its arguments by value, so that they live as long as the task.
Task<void> watch(std::string name, Task<void> task) {
  try {
    co_await std::move(task);
  } catch (const std::exception& error) {
    log::error("{} ended: {}", name, error.what());
  }
}

Task<void> keep_promise(std::shared_ptr<std::promise<void>> promise, std::function<Task<void>()> make_task) {
  try {
    co_await make_task();
    promise->set_value();
  } catch (...) {
    promise->set_exception(std::current_exception());
  }
}

void await_signal(asio::signal_set& signals, std::function<void(int)> handler) {
  signals.async_wait([&signals, handler = std::move(handler)](const boost::system::error_code& error, int number) {
    if (error) return;
    handler(number);
    await_signal(signals, handler);
  });
}

// What leaves a handler, most often because there was no memory, ends that handler and nothing else.
template <class Run>
void survive(Run run) {
  for (;;) try {
      return run();
    } catch (const std::exception& error) {
      log::error("something on the loop failed: {}", error.what());
    }
}

}  // namespace

Loop::Loop() : impl_(std::make_unique<Impl>()) {}

Loop::~Loop() {
  // Suspended tasks are destroyed with the context; the signals must go before it.
  impl_->signals.reset();
}

void Loop::run() {
  const auto keep_running = asio::make_work_guard(impl_->context);
  impl_->context.restart();
  survive([&] { impl_->context.run(); });
}

void Loop::run_for(Duration limit) {
  impl_->context.restart();
  const auto end = std::chrono::steady_clock::now() + limit;
  survive([&] { impl_->context.run_until(end); });
}

void Loop::stop() { impl_->context.stop(); }

void Loop::spawn(std::string name, Task<void> task) {
  asio::co_spawn(impl_->context, watch(std::move(name), std::move(task)), asio::detached);
}

void Loop::post(std::function<void()> work) { asio::post(impl_->context, std::move(work)); }

void Loop::on_signals(const std::vector<int>& signals, std::function<void(int)> handler) {
  impl_->signals = std::make_unique<asio::signal_set>(impl_->context);
  for (const int number : signals) impl_->signals->add(number);
  await_signal(*impl_->signals, std::move(handler));
}

std::future<void> Loop::start(std::function<Task<void>()> make_task) {
  auto promise = std::make_shared<std::promise<void>>();
  auto finished = promise->get_future();
  post([this, promise = std::move(promise), make_task = std::move(make_task)] {
    asio::co_spawn(impl_->context, keep_promise(promise, make_task), asio::detached);
  });
  return finished;
}

void Loop::wait(std::future<void>& finished) {
  // Polled, because a stopped loop leaves the promise pending for ever.
  while (finished.wait_for(std::chrono::milliseconds(200)) != std::future_status::ready)
    if (impl_->context.stopped()) throw Error(ErrorKind::unavailable, "this program is stopping");
  finished.get();
}

Task<void> sleep_for(Duration duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

struct WaitPoint::Impl {
  explicit Impl(Loop& loop) : context(context_of(loop)) {}
  asio::io_context& context;
  std::uint64_t notified = 0;
  std::list<asio::steady_timer*> waiting;

  Task<bool> wait(std::shared_ptr<Impl> self, Duration limit);
};

WaitPoint::WaitPoint(Loop& loop) : impl_(std::make_shared<Impl>(loop)) {}
WaitPoint::~WaitPoint() = default;

// A timer in the list for as long as its task waits, also when the task is destroyed with the loop.
class Waiter {
 public:
  Waiter(asio::io_context& context, Duration limit, std::list<asio::steady_timer*>& list)
      : timer(context, limit), list_(list), place_(list.insert(list.end(), &timer)) {}
  ~Waiter() { list_.erase(place_); }
  Waiter(const Waiter&) = delete;
  asio::steady_timer timer;

 private:
  std::list<asio::steady_timer*>& list_;
  std::list<asio::steady_timer*>::iterator place_;
};

// `self` keeps the list alive while someone waits.
Task<bool> WaitPoint::Impl::wait(std::shared_ptr<Impl> self, Duration limit) {
  const std::uint64_t before = self->notified;
  Waiter waiter(self->context, limit, self->waiting);
  boost::system::error_code error;
  co_await waiter.timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  co_return self->notified != before;
}

Task<bool> WaitPoint::wait(Duration limit) { return impl_->wait(impl_, limit); }

void WaitPoint::notify_all() {
  ++impl_->notified;
  for (auto* timer : impl_->waiting) timer->cancel();
}

}  // namespace halite::wire
