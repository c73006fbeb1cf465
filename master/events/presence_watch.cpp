#include "master/events/presence_watch.h"

namespace halite::master {
namespace {

constexpr std::chrono::seconds present_interval{60};  // as Salt's master tells it
// A minion that lost its connection tries again within seconds: no loss to tell of.
constexpr std::chrono::seconds blink{3};

}  // namespace

void PresenceWatch::look() {
  const auto now = host_.steady_now();
  if (const auto changes = sources_.changes(); blinking_ > 0 || changes_seen_ != changes) {
    changes_seen_ = changes;
    compare(now);
  }
  if (told_at_ && now - *told_at_ < present_interval) return;
  told_at_ = now;
  List all;
  for (const auto& [id, gone_since] : present_) all.emplace_back(id);
  events_.publish("salt/presence/present", {{"present", std::move(all)}});
}

void PresenceWatch::compare(Moment now) {
  List come, gone;
  decltype(present_) present;
  blinking_ = 0;
  for (const auto& id : sources_.accepted()) {
    const auto before = present_.find(id);
    if (sources_.is_there(id)) {
      if (before == present_.end()) come.emplace_back(id);
      present.emplace(id, std::nullopt);
    } else if (before != present_.end()) {
      const Moment gone_since = before->second.value_or(now);
      if (now - gone_since >= blink) continue;
      present.emplace(id, gone_since);
      ++blinking_;
    }
  }
  for (const auto& [id, gone_since] : present_)
    if (!present.contains(id)) gone.emplace_back(id);
  present_ = std::move(present);
  if (!come.empty() || !gone.empty()) events_.publish("salt/presence/change", {{"new", std::move(come)}, {"lost", std::move(gone)}});
}

}  // namespace halite::master
