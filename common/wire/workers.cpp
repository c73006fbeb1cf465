#include "common/wire/workers.h"

#include <sys/resource.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <list>
#include <mutex>
#include <new>
#include <thread>

#include "common/base/error.h"

namespace halite::wire {
namespace {

// One piece of work, and how its task is told that it is done.
struct Job {
  std::function<void()> work;
  std::exception_ptr error;
  bool is_done = false;  // on the loop thread
  WaitPoint done;
  explicit Job(Loop& loop, std::function<void()> given) : work(std::move(given)), done(loop) {}
};

}  // namespace

struct Workers::Impl {
  Impl(Loop& on_loop, WorkersOptions given) : loop(on_loop), options(std::move(given)) { ended.reserve(options.threads); }

  void thread_main();
  void start_thread();
  void tell(const std::shared_ptr<Job>& job);

  Loop& loop;
  WorkersOptions options;
  mutable std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Job>> queue;
  std::list<std::thread> threads;
  std::vector<std::thread::id> ended;  // to be joined
  std::size_t running = 0, idle = 0;
  bool is_stopping = false;
};

Workers::Workers(Loop& loop, WorkersOptions options) : impl_(std::make_unique<Impl>(loop, std::move(options))) {}

Workers::~Workers() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->is_stopping = true;
    impl_->queue.clear();
  }
  impl_->changed.notify_all();
  for (auto& thread : impl_->threads) thread.join();
}

std::size_t Workers::waiting() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->queue.size();
}

std::size_t Workers::threads() const { return impl_->options.threads; }

// With the mutex held.
void Workers::Impl::start_thread() {
  for (const auto id : ended)
    threads.remove_if([id](std::thread& thread) {
      if (thread.get_id() != id) return false;
      thread.join();
      return true;
    });
  ended.clear();
  threads.emplace_back([this] { thread_main(); });
  ++running;  // it waits for the mutex
}

// The task that waits must hear of it, whether there is memory for that at the moment or not.
void Workers::Impl::tell(const std::shared_ptr<Job>& job) {
  for (;;) try {
      loop.post([job] {
        job->is_done = true;
        job->done.notify_all();
      });
      return;
    } catch (const std::bad_alloc&) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void Workers::Impl::thread_main() {
  // Linux has a priority for each thread. Where it is refused, the threads are equal.
  if (options.nice != 0) ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), options.nice);
  std::unique_lock lock(mutex);
  for (;;) {
    ++idle;
    const bool has_work = changed.wait_for(lock, options.idle_time, [this] { return is_stopping || !queue.empty(); });
    --idle;
    if (is_stopping || !has_work) break;
    auto job = std::move(queue.front());
    queue.pop_front();
    lock.unlock();
    try {
      job->work();
    } catch (...) {
      job->error = std::current_exception();
    }
    tell(job);
    job.reset();
    lock.lock();
  }
  --running;
  ended.push_back(std::this_thread::get_id());
}

Task<void> Workers::run_erased(std::function<void()> work) {
  auto job = std::make_shared<Job>(impl_->loop, std::move(work));
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->queue.size() >= impl_->options.queue_limit)
      throw Error(ErrorKind::unavailable, "too much work is waiting for the {} threads ({} pieces)", impl_->options.name,
                  impl_->queue.size());
    impl_->queue.push_back(job);
    try {
      if (impl_->idle < impl_->queue.size() && impl_->running < impl_->options.threads) impl_->start_thread();
    } catch (const std::exception& error) {
      if (impl_->running == 0) {
        impl_->queue.pop_back();
        throw Error(ErrorKind::unavailable, "the system gives us no {} thread: {}", impl_->options.name, error.what());
      }
    }
  }
  impl_->changed.notify_one();
  while (!job->is_done) co_await job->done.wait(std::chrono::hours(1));
  if (job->error) std::rethrow_exception(job->error);
}

}  // namespace halite::wire
