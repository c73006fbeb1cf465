// The master for blocking code in worker threads: requests go through the loop.
#pragma once

#include "common/wire/master_connection.h"
#include "minion/master_link.h"

namespace halite::minion {

class LoopLink : public MasterLink {
 public:
  LoopLink(wire::Loop& loop, wire::MasterConnection& master) : loop_(loop), master_(master) {}
  // Never call these on the loop's own thread.
  Value request(const std::string& command, Map load) override;
  void tell(const std::string& command, Map load) override;
  Map fetch_pillar(Map load) override;

 private:
  wire::Loop& loop_;
  wire::MasterConnection& master_;
};

}  // namespace halite::minion
