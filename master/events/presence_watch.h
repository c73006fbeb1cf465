// Tells the event bus who comes and goes: salt/presence/change at once, salt/presence/present once a minute.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "master/events/event_bus.h"

namespace halite::master {

struct PresenceSources {
  std::function<std::vector<std::string>()> accepted;    // the minions that are trusted, sorted
  std::function<bool(const std::string& id)> is_there;   // as their connections tell
};

// Lives on the loop thread.
class PresenceWatch {
 public:
  PresenceWatch(EventBus& events, Host& host, PresenceSources sources)
      : events_(events), host_(host), sources_(std::move(sources)) {}

  // To be called each second.
  void look();

 private:
  EventBus& events_;
  Host& host_;
  const PresenceSources sources_;
  std::map<std::string, std::chrono::steady_clock::time_point> present_;  // and when it was last there
  std::optional<std::chrono::steady_clock::time_point> told_at_;
};

}  // namespace halite::master
