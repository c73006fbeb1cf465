// One state run at a time on a machine, whoever starts it. The lock dies with its process.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/base/unique_fd.h"
#include "common/data/value.h"
#include "common/host/host.h"

namespace halite::minion {

class StateLock {
 public:
  // `path` is the lock file; `job` tells others who holds it: {fun, jid}, `pid` is added.
  StateLock(std::string path, Map job) : path_(std::move(path)), job_(std::move(job)) {}

  // False when another run holds it.
  bool try_take();
  // Waits for it. False when cancelled meanwhile.
  bool take(Host& host, const std::function<bool()>& is_cancelled);
  // 'The function "state.apply" is running as PID 12 and was started at 2026, Nov 22 03:01:06.436438 with jid ...'
  std::string holder();

 private:
  std::string path_;
  Map job_;
  UniqueFd file_;
};

// "2026, Nov 22 03:01:06.436438"; empty for what is no job id.
std::string jid_time(const std::string& jid);

}  // namespace halite::minion
