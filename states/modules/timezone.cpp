// The system's time zone: timezone.system.
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/time_zone.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Timezone {
  std::string name;
  Flag utc{true};

  std::optional<std::string> zone;
  std::optional<bool> is_utc;
};

std::optional<Outcome> prepare(Timezone& asked, World& world) {
  try {
    is_time_zone(asked.name, world.host);
  } catch (const Error& error) {
    throw Error(error.kind(), "Unable to compare desired timezone '{}' to system timezone: {}", asked.name,
                error.message());
  }
  asked.zone = asked.name;
  if (asked.utc.value) asked.is_utc = true;
  return std::nullopt;
}

std::optional<Timezone> read(const Timezone& asked, World& world) {
  Timezone now;
  now.name = asked.name;
  now.zone = is_time_zone(asked.name, world.host) ? asked.name : time_zone(world.host);
  // Another name of it with other data, or data without a name.
  if (now.zone == asked.name && !is_time_zone(asked.name, world.host)) now.zone = "";
  now.is_utc = is_hardware_clock_utc(world.host);
  return now;
}

void apply(const std::optional<Timezone>& now, const std::optional<Timezone>& want, World& world) {
  if (now->zone != want->zone) set_time_zone(want->name, world.host);
  if (want->is_utc && now->is_utc != want->is_utc) set_hardware_clock_utc(true, world.host);
}

std::string told(const Change<Timezone>& change, const char* zone, const char* clock) {
  std::vector<std::string> parts;
  if (change.before->zone != change.after->zone) parts.push_back(fmt::format(fmt::runtime(zone), change.asked.name));
  if (change.asked.utc.value && change.before->is_utc != change.after->is_utc) parts.emplace_back(clock);
  return join(parts, ", ");
}

}  // namespace

Module timezone() {
  Resource<Timezone> zone{
      .name = "timezone",
      .schema = Schema<Timezone>()
                    .key(&Timezone::name, "name", "Time zone, such as Europe/Berlin.")
                    .parameter(&Timezone::utc, "utc", "The hardware clock runs in UTC. False: leave it alone."),
      .read = read,
      .apply = apply};
  zone.derived = Schema<Timezone>()
                     .property(&Timezone::zone, "timezone", "The time zone.")
                     .property(&Timezone::is_utc, "utc", "The hardware clock runs in UTC.");
  zone.prepare = prepare;
  Wording<Timezone> words;
  words.correct = [](const Timezone& asked) {
    return fmt::format("Timezone {} already set", asked.name) +
           (asked.utc.value ? fmt::format(", UTC already set to {}", asked.name) : "");
  };
  words.planned = [](const Change<Timezone>& change) {
    return told(change, "Timezone {} needs to be set", "UTC needs to be set to True");
  };
  words.done = [](const Change<Timezone>& change) { return told(change, "Set timezone {}", "Set UTC to True"); };
  words.changes = [](const Change<Timezone>& change) {
    Map changes;
    if (change.before->zone != change.after->zone) changes.set("timezone", change.asked.name);
    if (change.asked.utc.value && change.before->is_utc != change.after->is_utc) changes.set("utc", true);
    return changes;
  };
  return {"timezone",
          "The system's time zone.",
          {zone.ensure("system", "The system has this time zone.", {{"name", "Europe/Berlin"}}, as_given<Timezone>,
                       words)}};
}

}  // namespace halite::states
