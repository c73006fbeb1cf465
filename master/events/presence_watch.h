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
  std::function<std::uint64_t()> changes;                // the same number as before: both would say the same as before
};

// Lives on the loop thread.
class PresenceWatch {
 public:
  PresenceWatch(EventBus& events, Host& host, PresenceSources sources)
      : events_(events), host_(host), sources_(std::move(sources)) {}

  // To be called each second. Costs next to nothing while nobody comes or goes.
  void look();

 private:
  using Moment = std::chrono::steady_clock::time_point;
  void compare(Moment now);

  EventBus& events_;
  Host& host_;
  const PresenceSources sources_;
  std::map<std::string, std::optional<Moment>> present_;  // and since when it is not there, for as long as that may be a blink
  std::size_t blinking_ = 0;                              // so many of them
  std::optional<std::uint64_t> changes_seen_;
  std::optional<Moment> told_at_;
};

}  // namespace halite::master
