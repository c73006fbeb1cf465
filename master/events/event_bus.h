// What happens on the master, told to whoever listens: Salt's tags and shapes (salt-wire-protocol.md, section 9.2).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "common/host/host.h"
#include "common/wire/loop.h"
#include "common/wire/messages/event.h"

namespace halite::master {

class EventBus;

// One listener. Its queue has a limit: what comes while it is full is lost to this listener alone, which is told how much by
// an event "salt/event/lost" {count}.
class Subscription {
 public:
  // `wants` sees the tag; it runs at each event, so it must be quick.
  Subscription(EventBus& bus, std::function<bool(const std::string& tag)> wants, std::size_t limit = 1000);
  ~Subscription();
  Subscription(const Subscription&) = delete;

  // The next event; nothing after `limit`.
  Task<std::optional<wire::Event>> next(wire::Duration limit);

 private:
  friend class EventBus;
  // False when it is lost.
  bool offer(const std::shared_ptr<const wire::Event>& event);
  // Shared, for a stream's coroutine may end after the bus.
  std::shared_ptr<std::set<Subscription*>> listeners_;
  std::function<bool(const std::string&)> wants_;
  const std::size_t limit_;
  std::deque<std::shared_ptr<const wire::Event>> queue_;
  std::int64_t lost_ = 0;
  wire::WaitPoint arrived_;
};

// Lives on the loop thread.
class EventBus {
 public:
  EventBus(wire::Loop& loop, Host& host) : loop_(loop), host_(host) {}

  // Adds "_stamp" and hands the event to the listeners. Never waits.
  void publish(std::string tag, Map data);
  // Of all events so far.
  std::uint64_t count() const { return count_; }
  // That a listener had no room for.
  std::uint64_t lost() const { return lost_; }
  std::size_t listeners() const { return listeners_->size(); }

 private:
  friend class Subscription;
  wire::Loop& loop_;
  Host& host_;
  std::shared_ptr<std::set<Subscription*>> listeners_ = std::make_shared<std::set<Subscription*>>();
  std::uint64_t count_ = 0, lost_ = 0;
};

}  // namespace halite::master
