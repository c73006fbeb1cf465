// What the master does by itself, again and again: fetch git, renew keys, forget old jobs.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/wire/loop.h"
#include "pillar/service.h"

namespace halite::master {

// Runs `work` now and then every `interval`, for ever; an error is logged under the name and the next turn comes all the same.
Task<void> repeat(std::string name, wire::Duration interval, std::function<Task<void>()> work);

// One line a remote that changed or failed. A failure that stays the same is told once.
class UpdateLog {
 public:
  explicit UpdateLog(std::string name) : name_(std::move(name)) {}
  void tell(const std::vector<pillar::RemoteUpdate>& updates);

 private:
  std::string name_;
  std::map<std::string, std::string> last_errors_;
};

}  // namespace halite::master
