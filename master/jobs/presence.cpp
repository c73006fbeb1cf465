#include "master/jobs/presence.h"

#include "common/wire/publication.h"

namespace halite::master {
namespace {

// After a restart of the master all minions connect anew.
constexpr std::chrono::seconds gathering{30};
// The publisher notices a dead connection within a minute.
constexpr std::chrono::seconds dying{70};

}  // namespace

Presence::Presence(const wire::Listeners& listeners, Host& host)
    : listeners_(listeners), host_(host), started_(host.steady_now()) {}

void Presence::heard_of(const std::string& id) { heard_[id] = host_.steady_now(); }

bool Presence::is_there(const std::string& id) const {
  const auto found = listeners_.topics.find(wire::topic_of(id));
  return found != listeners_.topics.end() && found->second.is_there;
}

bool Presence::has_left(const std::string& id) const {
  const auto found = listeners_.topics.find(wire::topic_of(id));
  return found != listeners_.topics.end() && !found->second.is_there;
}

bool Presence::is_twice(const std::string& id) const {
  const auto found = listeners_.shared_topics.find(wire::topic_of(id));
  return found != listeners_.shared_topics.end() && host_.steady_now() - found->second > dying;
}

bool Presence::is_away(const std::string& id) const {
  const auto now = host_.steady_now();
  const auto heard = heard_.find(id);
  const auto found = listeners_.topics.find(wire::topic_of(id));
  if (found != listeners_.topics.end()) {
    const auto& standing = found->second;
    return !standing.is_there && now - standing.since > blink && (heard == heard_.end() || heard->second <= standing.since);
  }
  return listeners_.all_are_known() && now - started_ > gathering && (heard == heard_.end() || now - heard->second > gathering);
}

}  // namespace halite::master
