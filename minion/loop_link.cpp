#include "minion/loop_link.h"

namespace halite::minion {

Value LoopLink::request(const std::string& command, Map load) {
  return loop_.wait_for<Value>([&] { return master_.request(command, load); });
}

void LoopLink::tell(const std::string& command, Map load) {
  loop_.post([this, command, load = std::move(load)] {
    auto send = [](wire::MasterConnection& master, std::string what, Map said) -> Task<void> {
      co_await master.request(what, std::move(said));
    };
    loop_.spawn("telling the master", send(master_, command, load));
  });
}

Map LoopLink::fetch_pillar(Map load) {
  return loop_.wait_for<Map>([&] { return master_.request_pillar(load); });
}

}  // namespace halite::minion
