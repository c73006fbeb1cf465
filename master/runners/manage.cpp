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

}  // namespace

void add_manage_runners(RunnerTable& runners, JobBoard& jobs, const Presence& presence, Keyring& keyring, Store& store) {
  const auto add = [&](std::string name, std::string doc, auto function) {
    runners.add(Runner<Patience>{std::move(name), std::move(doc), [&jobs, &presence, &keyring, function](Patience patience, RunnerCaller) {
                                   return function(jobs, presence, keyring, patience);
                                 }});
  };
  add("manage.up", "Accepted minions that answer.", up);
  for (const char* name : {"manage.present", "manage.alived", "manage.joined", "manage.allowed", "manage.reaped", "manage.list_state"})
    add(name, "Accepted minions that answer.", up);
  for (const char* name : {"manage.not_present", "manage.not_alived", "manage.not_joined", "manage.not_allowed", "manage.not_reaped", "manage.list_not_state"})
    add(name, "Accepted minions that do not answer.", down);
  add("manage.down", "Accepted minions that do not answer.", down);
  add("manage.status", "Accepted minions that answer, and those that do not.", status);
  runners.add(Runner<NoRunnerArguments>{"manage.versions", "The version that each minion said last.",
                                        [&keyring, &store](NoRunnerArguments, RunnerCaller) { return versions(keyring, store); }});
}

}  // namespace halite::master
