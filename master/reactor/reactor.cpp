#include "master/reactor/reactor.h"

#include <unistd.h>

#include <algorithm>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"

namespace halite::master {
namespace {

constexpr const char* user = "Reactor";
constexpr std::string_view own_tags = "salt/reactor/";

void check(const ReactorRule& rule) {
  if (rule.tag.empty()) throw Error(ErrorKind::invalid, "reactor: a tag is empty");
  for (const auto& file : rule.files)
    if (!file.starts_with("salt://") && !file.starts_with('/'))
      throw Error(ErrorKind::invalid, "reactor: '{}' of the tag '{}' is no file: it should begin with salt:// or /", escape_control(file),
                  escape_control(rule.tag));
}

ReactorRule rule_of(const Value& entry) {
  const Map* map = entry.if_map();
  if (!map || map->size() != 1)
    throw Error(ErrorKind::invalid, "reactor: each entry is one {{TAG GLOB: [SLS files]}}, not {}", short_text(entry));
  const std::string& tag = map->begin()->key.as_string("reactor: a tag");
  return {tag, Convert<TextList>::decode(map->begin()->value).items};
}

// The reactor's own doing starts nothing again.
bool is_own(const wire::Event& event) {
  const Value* who = event.data.find("user");
  return event.tag.starts_with(own_tags) || (who && *who == Value(user));
}

}  // namespace

Reactor::Reactor(ReactorParts parts) : parts_(parts) {
  for (const auto& entry : parts_.settings.reactor) {
    rules_.push_back(rule_of(entry));
    check(rules_.back());
  }
}

std::vector<std::string> Reactor::files_for(const std::string& tag) const {
  std::vector<std::string> files;
  for (const auto& rule : rules_)
    if (glob_match(rule.tag, tag)) files.insert(files.end(), rule.files.begin(), rule.files.end());
  return files;
}

bool Reactor::add(ReactorRule rule) {
  check(rule);
  const bool is_known = std::any_of(rules_.begin(), rules_.end(), [&](const auto& known) { return known.tag == rule.tag; });
  if (!is_known) rules_.push_back(std::move(rule));
  return !is_known;
}

bool Reactor::remove(const std::string& tag) {
  return std::erase_if(rules_, [&](const auto& rule) { return rule.tag == tag; }) > 0;
}

Task<void> Reactor::watch() {
  const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(parts_.settings.reactor_worker_hwm, 1, 1'000'000));
  Subscription subscription(parts_.events, [this](const std::string& tag) { return !rules_.empty() && !files_for(tag).empty(); }, limit);
  for (;;) {
    auto event = co_await subscription.next(std::chrono::minutes(1));
    if (!event) continue;
    if (event->tag == "salt/event/lost") {
      log::error("reactor: events came faster than they were worked off; {} are dropped (option reactor_worker_hwm)", short_text(event->data.at("count")));
      parts_.events.publish("salt/reactor/lost", {{"count", event->data.at("count")}});
      continue;
    }
    if (!is_own(*event)) co_await react(std::move(*event));
  }
}

void Reactor::tell_error(const wire::Event& event, const std::string& file, const Error& error) {
  log::error("reactor: {} about the event '{}': {}", file, event.tag, error.what());
  parts_.events.publish("salt/reactor/error", {{"tag", event.tag}, {"sls", file}, {"error", error.what()}});
}

Task<void> Reactor::react(wire::Event event) {
  for (const auto& pattern : files_for(event.tag)) {
    std::string file = pattern;
    std::optional<Error> failure;
    try {
      auto work = [pattern, event, tree = parts_.files.tree(), &settings = parts_.settings, &host = parts_.host] {
        std::vector<Reaction> all;
        for (const auto& path : reactor_files(pattern, host))
          for (auto& reaction : reactions_of(path, event, {settings, host, *tree})) all.push_back(std::move(reaction));
        return all;
      };
      for (auto& reaction : co_await parts_.workers.run(std::move(work))) co_await run(std::move(reaction));
    } catch (const Error& error) {
      failure = error;
    } catch (const std::exception& error) {
      failure = Error(ErrorKind::internal, "{}", error.what());
    }
    if (failure) tell_error(event, file, *failure);
  }
}

Task<void> Reactor::run(Reaction reaction) {
  log::info("reactor: {} runs {}", reaction.id, reaction.kind == Reaction::Kind::local ? short_text(reaction.job.fun) : reaction.call.fun);
  if (reaction.kind == Reaction::Kind::local) {
    Actor self{user, -1};
    co_await parts_.jobs.start(std::move(reaction.job), std::move(self));
    co_return;
  }
  co_await wait_for_a_place();
  const bool is_wheel = reaction.kind == Reaction::Kind::wheel;
  wire::Caller self;
  self.uid = ::geteuid();
  self.gid = ::getegid();
  self.pid = ::getpid();
  self.user = user;
  running_.push_back(co_await parts_.desk.start(is_wheel ? parts_.wheels : parts_.runners, is_wheel ? "wheel" : "runner", std::move(reaction.call), self));
}

// Meanwhile events wait in the queue, which has a limit.
Task<void> Reactor::wait_for_a_place() {
  const auto places = static_cast<std::size_t>(std::clamp<std::int64_t>(parts_.settings.reactor_worker_threads, 1, 100));
  for (;;) {
    std::erase_if(running_, [](const auto& job) { return job->is_finished(); });
    if (running_.size() < places) co_return;
    co_await running_.front()->changed.wait(std::chrono::milliseconds(200));
  }
}

}  // namespace halite::master
