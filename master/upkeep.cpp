#include "master/upkeep.h"

#include "common/base/error.h"
#include "common/base/log.h"

namespace halite::master {

Task<void> repeat(std::string name, wire::Duration interval, std::function<Task<void>()> work) {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception& error) {
      log::error("{}: {}", name, error.what());
    }
    co_await wire::sleep_for(interval);
  }
}

void UpdateLog::tell(const std::vector<pillar::RemoteUpdate>& updates) {
  for (const auto& update : updates) {
    std::string& last_error = last_errors_[update.url];
    if (!update.error.empty() && update.error != last_error)
      log::error("{}: {} stays at {}: {}", name_, update.url, update.commit.empty() ? "nothing" : update.commit, update.error);
    if (update.has_changed) log::info("{}: {} is at {} now", name_, update.url, update.commit);
    if (!update.advice.empty()) log::warning("{}: {}", name_, update.advice);
    last_error = update.error;
  }
}

}  // namespace halite::master
