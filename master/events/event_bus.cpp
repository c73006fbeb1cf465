#include "master/events/event_bus.h"

#include "common/base/utc_stamp.h"

namespace halite::master {

Subscription::Subscription(EventBus& bus, std::function<bool(const std::string&)> wants, std::size_t limit)
    : listeners_(bus.listeners_), wants_(std::move(wants)), limit_(limit), arrived_(bus.loop_) {
  listeners_->insert(this);
}

Subscription::~Subscription() { listeners_->erase(this); }

bool Subscription::offer(const std::shared_ptr<const wire::Event>& event) {
  if (!wants_(event->tag)) return true;
  if (queue_.size() >= limit_) {
    ++lost_;
    return false;
  }
  queue_.push_back(event);
  arrived_.notify_all();
  return true;
}

Task<std::optional<wire::Event>> Subscription::next(wire::Duration limit) {
  if (queue_.empty() && lost_ == 0) co_await arrived_.wait(limit);
  if (!queue_.empty()) {
    wire::Event event = *queue_.front();
    queue_.pop_front();
    co_return event;
  }
  if (lost_ == 0) co_return std::nullopt;
  wire::Event event{"salt/event/lost", {{"count", std::exchange(lost_, 0)}}};
  co_return event;
}

void EventBus::publish(std::string tag, Map data) {
  ++count_;
  if (listeners_->empty()) return;
  data.set("_stamp", utc_stamp(host_.now()));
  const auto event = std::make_shared<const wire::Event>(wire::Event{std::move(tag), std::move(data)});
  for (Subscription* listener : *listeners_)
    if (!listener->offer(event)) ++lost_;
}

}  // namespace halite::master
