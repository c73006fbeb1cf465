// Commands by which minions tell: results of jobs, and events.
#include <algorithm>

#include "common/base/log.h"
#include "common/wire/messages/result.h"
#include "master/commands/commands.h"
#include "master/jobs/job_board.h"

namespace halite::master {
namespace {

Task<Value> take_return(JobBoard& jobs, wire::Principal who, wire::ReturnLoad load) {
  co_await jobs.take_return(who.id, std::move(load));
  co_return Value();
}

// Tags that mean something the master itself says. The tag of a minion's own start or of its own progress is fine.
bool is_masters_tag(const std::string& tag, const std::string& id) {
  for (const char* glob : {"salt/job/*/publish", "salt/job/*/new", "salt/job/*/return", "salt/job/*/ret/*", "salt/key",
                           "salt/auth", "salt/cloud/*", "salt/run/*", "salt/cluster/*", "salt/wheel/*", "salt/presence/*",
                           "salt/event/*", "salt/reactor/*", "salt/reactors/*", "key", "salt/batch/*"})
    if (glob_match(glob, tag)) return true;
  // Tags that name a minion must name this one.
  const auto parts = split(tag, '/');
  const auto is_other = [&](std::size_t at) { return parts.size() <= at || parts[at] != id; };
  if (parts[0] == "minion") return is_other(parts.size() > 1 && parts[1] == "refresh" ? 2 : 1);
  if (parts[0] != "salt" || parts.size() < 3) return is_job_id(tag);
  if (parts[1] == "minion" || parts[1] == "syndic" || parts[1] == "beacon")
    return is_other(2) || std::find(parts.begin(), parts.end(), "..") != parts.end();
  return parts[1] == "job" && is_other(4);
}

void check_tag(const std::string& id, const std::string& tag) {
  if (tag.empty() || tag.size() > 512 || escape_control(tag) != tag || is_masters_tag(tag, id))
    throw Error(ErrorKind::denied, "'{}' may not put '{}' on the event bus", id, escape_control(tag.substr(0, 512)));
}

void publish_event(EventBus& events, const std::string& id, const std::string& tag, Map data) {
  data.set("id", id);
  events.publish(tag, std::move(data));
}

// "salt/job/JID/prog/ID/N": publish_event has made sure that ID is the minion's own.
void note_progress(JobBoard& jobs, const std::string& id, const std::string& tag, const Value& data) {
  const auto parts = split(tag, '/');
  if (parts.size() == 6 && parts[1] == "job" && parts[3] == "prog" && data.is_map()) jobs.take_progress(id, parts[2], *data.if_map());
}

Map event_data(const Map& event) {
  const Value* data = event.find("data");
  return data && data->is_map() ? *data->if_map() : Map{{"data", data ? *data : Value()}};
}

// Every tag that the request would put on the bus: one bad one, and nothing of it is taken.
std::vector<std::string> tags_of(const wire::MinionEvents& request) {
  std::vector<std::string> tags;
  if (request.tag) tags.push_back(*request.tag);
  for (const auto& event : request.events.value_or(std::vector<Map>{})) {
    tags.push_back(event.at("tag").as_string("an event's tag"));
    if (request.pretag) tags.push_back(*request.pretag + "/" + tags.back());
  }
  return tags;
}

Task<Value> take_events(EventBus& events, JobBoard& jobs, wire::Principal who, wire::MinionEvents request) {
  for (const auto& tag : tags_of(request)) check_tag(who.id, tag);
  if (request.tag) {
    // Listeners read data["data"], as Salt's do.
    Map data{{"cmd", "_minion_event"}, {"tag", *request.tag}, {"data", request.data}};
    if (request.pretag) data.set("pretag", *request.pretag);
    publish_event(events, who.id, *request.tag, std::move(data));
    note_progress(jobs, who.id, *request.tag, request.data);
  }
  for (const auto& event : request.events.value_or(std::vector<Map>{})) {
    const std::string tag = event.at("tag").as_string("an event's tag");
    publish_event(events, who.id, tag, event_data(event));
    if (request.pretag) publish_event(events, who.id, *request.pretag + "/" + tag, event_data(event));
  }
  co_return Value();
}

}  // namespace

void add_result_commands(MinionCommands& commands, JobBoard& jobs, EventBus& events) {
  commands.add(MinionCommand<wire::ReturnLoad, Value>{
      .name = "_return",
      .doc = "The result of a job; counts for a minion that the job means, once.",
      .access = Access::minion,
      .size_limit_bytes = 64 << 20,
      .handle = [&jobs](wire::Principal who, wire::ReturnLoad load) {
        return take_return(jobs, std::move(who), std::move(load));
      },
  });
  commands.add(MinionCommand<wire::MinionEvents, Value>{
      .name = "_minion_event",
      .doc = "Events of a minion, under its own name.",
      .access = Access::proven,
      .handle = [&events, &jobs](wire::Principal who, wire::MinionEvents request) {
        return take_events(events, jobs, std::move(who), std::move(request));
      },
  });
}

}  // namespace halite::master
