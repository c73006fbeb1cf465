// A connection to the master for one call: the loop runs on a thread of its own.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "common/config/load_settings.h"
#include "common/host/host.h"
#include "minion/master_link.h"

namespace halite::minion {

class MasterSession {
 public:
  // Connects within `timeout`. Throws Error(timeout) when the master does not answer, Error(denied) when it does not
  // accept this minion, with what to do.
  MasterSession(Host& host, const LoadedSettings<MinionSettings>& config, std::chrono::milliseconds timeout);
  ~MasterSession();
  MasterLink& link();

 private:
  void authenticate(const std::string& id, std::chrono::milliseconds timeout);
  void stop();
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace halite::minion
