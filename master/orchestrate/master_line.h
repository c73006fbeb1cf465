// The way from an orchestration to the master it runs for.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "common/data/value.h"

namespace halite::master {

// Plain blocking calls; may be used from several threads.
class MasterLine {
 public:
  virtual ~MasterLine() = default;

  // One of the operator's commands: "job.publish", "runner.run". Throws what the master answers, and Error(unavailable) when
  // the run is told to end or the master is gone.
  virtual Value call(const std::string& command, Map arguments, const std::function<void(const Value&)>& on_event = {}) = 0;
  // Events whose tag fits the glob, until `on_event` says true. False when the time is over before.
  virtual bool listen(const std::string& tag, std::chrono::milliseconds limit,
                      const std::function<bool(const std::string& tag, const Map& data)>& on_event) = 0;
  // A line for the person who watches.
  virtual void say(const std::string& text) = 0;
};

}  // namespace halite::master
