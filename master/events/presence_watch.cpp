#include "master/events/presence_watch.h"

namespace halite::master {
namespace {

constexpr std::chrono::seconds present_interval{60};  // as Salt's master tells it
// A minion that lost its connection tries again within seconds: no loss to tell of.
constexpr std::chrono::seconds blink{3};

}  // namespace

void PresenceWatch::look() {
  const auto now = host_.steady_now();
  List all, come, gone;
  decltype(present_) present;
  for (const auto& id : sources_.accepted()) {
    const auto before = present_.find(id);
    if (sources_.is_there(id)) {
      if (before == present_.end()) come.emplace_back(id);
      present.emplace(id, now);
    } else if (before != present_.end() && now - before->second <= blink) {
      present.insert(*before);
    }
  }
  for (const auto& [id, seen] : present_)
    if (!present.contains(id)) gone.emplace_back(id);
  present_ = std::move(present);

  if (!come.empty() || !gone.empty()) events_.publish("salt/presence/change", {{"new", std::move(come)}, {"lost", std::move(gone)}});
  if (told_at_ && now - *told_at_ < present_interval) return;
  told_at_ = now;
  for (const auto& [id, seen] : present_) all.emplace_back(id);
  events_.publish("salt/presence/present", {{"present", std::move(all)}});
}

}  // namespace halite::master
