// manage.*: which minions are there.
#include "master/runners/runners.h"

namespace halite::master {
namespace {

struct Patience {
  std::chrono::milliseconds timeout{5'000};

  static const Schema<Patience>& schema() {
    static const auto schema = Schema<Patience>().optional(&Patience::timeout, "timeout", "Seconds to wait for an answer.");
    return schema;
  }
};

struct Attendance {
  std::vector<std::string> up;
  std::vector<std::string> down;
};

Task<Attendance> ask_all(JobBoard& jobs, const Presence& presence, Keyring& keyring, std::chrono::milliseconds limit) {
  const auto ids = keyring.accepted_ids();
  std::set<std::string> asked;
  for (const auto& id : ids)
    if (!presence.is_away(id)) asked.insert(id);
  const auto there = co_await jobs.ping(asked, limit);
  Attendance attendance;
  for (const auto& id : ids) (there.count(id) ? attendance.up : attendance.down).push_back(id);
  co_return attendance;
}

Task<wire::RunnerResult> up(JobBoard& jobs, const Presence& presence, Keyring& keyring, Patience patience) {
  co_return plain_result((co_await ask_all(jobs, presence, keyring, patience.timeout)).up);
}

Task<wire::RunnerResult> down(JobBoard& jobs, const Presence& presence, Keyring& keyring, Patience patience) {
  co_return plain_result((co_await ask_all(jobs, presence, keyring, patience.timeout)).down);
}

Task<wire::RunnerResult> status(JobBoard& jobs, const Presence& presence, Keyring& keyring, Patience patience) {
  const Attendance attendance = co_await ask_all(jobs, presence, keyring, patience.timeout);
  co_return plain_result(Map{{"up", attendance.up}, {"down", attendance.down}});
}

// By the grain that each minion gave last.
Task<wire::RunnerResult> versions(Keyring& keyring, Store& store) {
  Map versions;
  for (const auto& id : keyring.accepted_ids()) {
    const auto facts = co_await store.facts(id);
    const Value* version = facts ? facts->grains.find("saltversion") : nullptr;
    versions.set(id, version ? *version : Value("unknown"));
  }
  co_return plain_result(Map{{"Master", HALITE_VERSION}, {"Minions", versions}});
}

Task<wire::RunnerResult> grains(Keyring& keyring, Store& store) {
  Map all;
  for (const auto& id : keyring.accepted_ids())
    if (const auto facts = co_await store.facts(id)) all.set(id, facts->grains);
  co_return plain_result(all);
}

}  // namespace

void add_manage_runners(RunnerTable& runners, JobBoard& jobs, const Presence& presence, Keyring& keyring, Store& store) {
  const auto add = [&](std::string name, std::string doc, auto function) {
    runners.add(Runner<Patience>{std::move(name), std::move(doc), [&jobs, &presence, &keyring, function](Patience patience, RunnerCaller) {
                                   return function(jobs, presence, keyring, patience);
                                 }});
  };
  add("manage.up", "Accepted minions that answer.", up);
  add("manage.present", "Accepted minions that answer.", up);
  add("manage.down", "Accepted minions that do not answer.", down);
  add("manage.status", "Accepted minions that answer, and those that do not.", status);
  runners.add(Runner<NoRunnerArguments>{"manage.versions", "The version that each minion said last.",
                                        [&keyring, &store](NoRunnerArguments, RunnerCaller) { return versions(keyring, store); }});
  runners.add(Runner<NoRunnerArguments>{"cache.grains", "The grains that each minion gave last.",
                                        [&keyring, &store](NoRunnerArguments, RunnerCaller) { return grains(keyring, store); }});
}

}  // namespace halite::master
