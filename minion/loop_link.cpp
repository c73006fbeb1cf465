#include "minion/loop_link.h"

namespace halite::minion {

Value LoopLink::request(const std::string& command, Map load) {
  return loop_.wait_for<Value>([&] { return master_.request(command, load); });
}

Map LoopLink::fetch_pillar(Map load) {
  return loop_.wait_for<Map>([&] { return master_.request_pillar(load); });
}

}  // namespace halite::minion
