// The master's event bus, as operators see it.
#pragma once

#include <string>

#include "common/wire/messages/message.h"

namespace halite::wire {

// event.stream: EventFilter -> events Event, until the caller goes or `count` is reached.
// event.send: Event -> {}: puts an event of the operator's on the bus.
struct EventFilter {
  std::string tag;         // a prefix, or a glob when it holds * ? or [; empty: all
  std::int64_t count = 0;  // end after so many; 0: never

  static const Schema<EventFilter>& schema() {
    static const auto schema = Schema<EventFilter>()
                                   .optional(&EventFilter::tag, "tag", "Prefix or glob of the tags wanted.")
                                   .optional(&EventFilter::count, "count", "End after so many; 0: never.");
    return schema;
  }
};

struct Event {
  std::string tag;   // salt/job/20260102030405000678/ret/web1
  Map data;          // with "_stamp", UTC as 2026-01-02T03:04:05.000678

  static const Schema<Event>& schema() {
    static const auto schema = Schema<Event>()
                                   .required(&Event::tag, "tag", "Tag of the event.")
                                   .optional(&Event::data, "data", "What it says.");
    return schema;
  }
};

}  // namespace halite::wire
