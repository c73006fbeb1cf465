#include "master/jobs/retention.h"

#include <limits>

#include "common/base/log.h"
#include "master/jobs/job_id.h"

namespace halite::master {
namespace {

constexpr const char* above_all_jobs = "99999999999999999999";

Task<void> forget_by_age(Store& store, std::string before) {
  int count = 0;
  while (const int some = co_await store.remove_some_jobs_before(before, std::numeric_limits<std::uint64_t>::max())) count += some;
  if (count > 0) log::info("{} jobs are older than keep_jobs_seconds and forgotten", count);
}

// Down to nine tenths, so that not every job that ends costs another one.
Task<void> forget_by_size(Store& store, std::uint64_t limit) {
  const std::uint64_t before = co_await store.bytes_in_use();
  if (before <= limit) co_return;
  int count = 0;
  std::uint64_t now = before;
  const std::uint64_t wanted = limit / 10 * 9;
  while (now > wanted) {
    const int some = co_await store.remove_some_jobs_before(above_all_jobs, now - wanted);
    if (some == 0) break;
    count += some;
    now = co_await store.bytes_in_use();
  }
  log::warning("the store takes {} MiB, more than keep_jobs_size: the {} oldest jobs are forgotten before their time; {} MiB are left",
               before >> 20, count, now >> 20);
}

}  // namespace

Task<void> forget_old_jobs(Store& store, Host& host, JobRetention keep) {
  if (keep.age.count() > 0) co_await forget_by_age(store, job_id_at(host.now() - keep.age));
  if (keep.size_bytes > 0) co_await forget_by_size(store, keep.size_bytes);
}

}  // namespace halite::master
