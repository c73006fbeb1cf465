// Which jobs are forgotten: those that are too old, and the oldest ones when all together take too much room.
#pragma once

#include <chrono>
#include <cstdint>

#include "common/host/host.h"
#include "master/store/store.h"

namespace halite::master {

struct JobRetention {
  std::chrono::milliseconds age{0};  // 0: no limit, as for the size
  std::uint64_t size_bytes = 0;      // of the whole store
};

// Finished jobs alone. Logs what it does.
Task<void> forget_old_jobs(Store& store, Host& host, JobRetention keep);

}  // namespace halite::master
