// Which minions are surely away: a job for them ends at once instead of after two time limits.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "common/host/host.h"
#include "common/wire/publisher.h"

namespace halite::master {

// Lives on the loop thread. Where it is not sure it says no: the minion is then asked, as Salt asks every one.
class Presence {
 public:
  // Who left is away after so long: a minion that lost its connection tries again within seconds.
  static constexpr std::chrono::seconds blink{3};

  Presence(const wire::Listeners& listeners, Host& host);

  // A request of this minion came in.
  void heard_of(const std::string& id);
  // It left a while ago and was not heard of since; or it never came, and all who are connected are others.
  bool is_away(const std::string& id) const;
  // It has left and not come back: what is published now does not reach it.
  bool has_left(const std::string& id) const;
  // It listens for jobs and has said so. A stock minion without zmq_filtering never does.
  bool is_there(const std::string& id) const;
  // Two listen under its name, and have for longer than an old connection takes to be found dead.
  bool is_twice(const std::string& id) const;
  bool any_may_be_twice() const { return !listeners_.shared_topics.empty(); }

 private:
  const wire::Listeners& listeners_;
  Host& host_;
  const std::chrono::steady_clock::time_point started_;
  std::map<std::string, std::chrono::steady_clock::time_point> heard_;  // accepted minions alone
};

}  // namespace halite::master
