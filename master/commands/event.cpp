// Commands that show operators the event bus.
#include "common/wire/messages/event.h"

#include "common/wire/messages/pillar.h"
#include "master/commands/commands.h"
#include "master/commands/permission.h"

namespace halite::master {
namespace {

bool is_glob(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

Task<Value> stream(EventBus& events, AuditTrail& audit, Operator who, wire::EventFilter filter) {
  // What the bus tells, "halite-run state.event" tells.
  const wire::RunFunction call{"state.event", {filter.tag}, {}};
  check_runner(who, call);
  co_await audit.note(who.actor(), "event.stream", filter.tag);
  const std::string tag = filter.tag;
  Subscription subscription(events, [tag, glob = is_glob(tag)](const std::string& candidate) {
    return glob ? glob_match(tag, candidate) : candidate.starts_with(tag);
  });
  for (std::int64_t sent = 0; filter.count == 0 || sent < filter.count;) {
    const auto event = co_await subscription.next(std::chrono::seconds(1));
    if (who.events.is_gone()) throw Error(ErrorKind::unavailable, "the caller has gone");
    if (!event) continue;
    co_await who.events.send(wire::encode_message(*event));
    ++sent;
  }
  co_return Value(Map{});
}

Task<Value> send(EventBus& events, AuditTrail& audit, Operator who, wire::Event event) {
  if (event.tag.empty()) throw Error(ErrorKind::invalid, "an event needs a tag");
  co_await audit.note(who.actor(), "event.send", event.tag);
  events.publish(std::move(event.tag), std::move(event.data));
  co_return Value(Map{});
}

}  // namespace

void add_event_commands(OperatorCommands& commands, EventBus& events, AuditTrail& audit) {
  commands.add(OperatorCommand<wire::EventFilter, Value>{
      .name = "event.stream",
      .doc = "Events as they happen, until the caller goes.",
      .access = Access::granted,
      .handle = [&events, &audit](Operator who, wire::EventFilter filter) {
        return stream(events, audit, std::move(who), std::move(filter));
      },
  });
  commands.add(OperatorCommand<wire::Event, Value>{
      .name = "event.send",
      .doc = "Put an event on the bus.",
      .access = Access::operators,
      .handle = [&events, &audit](Operator who, wire::Event event) { return send(events, audit, std::move(who), std::move(event)); },
  });
}

}  // namespace halite::master
