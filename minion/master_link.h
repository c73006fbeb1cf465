// Blocking requests to the master, for remote functions. They never see the loop.
#pragma once

#include <string>

#include "common/data/value.h"

namespace halite::minion {

class MasterLink {
 public:
  virtual ~MasterLink() = default;
  // A command of salt-wire-protocol.md, section 7, and its reply. Throws Error(timeout), Error(unavailable), Error(denied).
  virtual Value request(const std::string& command, Map load) = 0;
  // A command whose answer nobody waits for; what the master does not take is lost.
  virtual void tell(const std::string& command, Map load) = 0;
  // `_pillar`, whose reply has a key of its own.
  virtual Map fetch_pillar(Map load) = 0;
};

}  // namespace halite::minion
