// state.*: orchestrations, SLS that the master runs itself.
#include <sys/utsname.h>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "master/runners/runners.h"

namespace halite::master {
namespace {

struct Orchestrate {
  Value mods;
  std::string saltenv = "base";
  std::optional<bool> test;
  Value exclude;
  Map pillar;
  std::optional<std::string> pillarenv;
  Value pillar_enc, orchestration_jid;

  static const Schema<Orchestrate>& schema() {
    using O = Orchestrate;
    static const auto schema = Schema<O>()
                                   .required(&O::mods, "mods", "SLS names, with commas between them.")
                                   .optional(&O::saltenv, "saltenv", "Environment of the states.")
                                   .optional(&O::test, "test", "Dry run: minions are asked what they would do, nothing is touched.")
                                   .optional(&O::exclude, "exclude", "SLS names or ids to leave out.")
                                   .optional(&O::pillar, "pillar", "Merged over the master's pillar for this run.")
                                   .optional(&O::pillarenv, "pillarenv", "Environment of the pillar.")
                                   .optional(&O::pillar_enc, "pillar_enc", "Without effect.")
                                   .optional(&O::orchestration_jid, "orchestration_jid", "Without effect: the run's own job id is told first.");
    return schema;
  }
};

struct Single {
  std::string fun;
  std::string name;
  std::optional<bool> test;
  Value queue;
  Map pillar;
  Map arguments;  // of the state

  static const Schema<Single>& schema() {
    static const auto schema = Schema<Single>()
                                   .required(&Single::fun, "fun", "State function, such as salt.wheel. Further arguments are its own.")
                                   .required(&Single::name, "name", "Name of the state.")
                                   .optional(&Single::test, "test", "Dry run.")
                                   .optional(&Single::queue, "queue", "Without effect: orchestrations run side by side.")
                                   .optional(&Single::pillar, "pillar", "Merged over the master's pillar for this run.");
    return schema;
  }
};

struct Ending {
  std::string jid;

  static const Schema<Ending>& schema() {
    static const auto schema = Schema<Ending>().required(&Ending::jid, "jid", "Job id of the orchestration.");
    return schema;
  }
};

Task<wire::RunnerResult> end_softly(Orchestrations& orchestrations, Ending wanted) {
  if (!orchestrations.tell_to_end(wanted.jid))
    throw Error(ErrorKind::not_found, "no orchestration {} is running; see jobs.active", escape_control(wanted.jid));
  co_return plain_result(true);
}

// What the kernel says of this machine; the master has no grains beyond that.
Map grains_of(const std::string& id) {
  utsname system{};
  ::uname(&system);
  const std::string node = system.nodename;
  return {{"id", id},
          {"host", node.substr(0, node.find('.'))},
          {"nodename", node},
          {"localhost", node},
          {"fqdn", node},
          {"kernel", std::string(system.sysname)},
          {"kernelrelease", std::string(system.release)},
          {"kernelversion", std::string(system.version)},
          {"cpuarch", std::string(system.machine)}};
}

class StateRunners {
 public:
  StateRunners(Orchestrations& orchestrations, PillarDesk& pillars, std::string id)
      : orchestrations_(orchestrations), pillars_(pillars), id_(std::move(id)) {}

  Task<wire::RunnerResult> orchestrate(Orchestrate wanted, RunnerCaller caller, std::string kind) const {
    OrchestrationOrder order;
    order.kind = std::move(kind);
    order.mods = wanted.mods;
    order.test = wanted.test.value_or(false);
    order.exclude = wanted.exclude;
    order.saltenv = wanted.saltenv;
    return run(std::move(order), std::move(wanted.pillar), std::move(wanted.pillarenv), std::move(caller));
  }

  Task<wire::RunnerResult> single(Single wanted, RunnerCaller caller) const {
    const auto fun = split(wanted.fun, '.');
    if (fun.size() != 2)
      throw Error(ErrorKind::invalid, "'{}' is no state function; one looks like salt.wheel", escape_control(wanted.fun));
    OrchestrationOrder order;
    order.kind = "single";
    order.test = wanted.test.value_or(false);
    order.single = {{"state", fun[0]}, {"fun", fun[1]},          {"name", wanted.name}, {"__id__", wanted.name},
                    {"order", 1},      {"__sls__", "single"}, {"__env__", "base"}};
    for (const auto& [key, value] : wanted.arguments) order.single.set(key, value);
    return run(std::move(order), std::move(wanted.pillar), std::nullopt, std::move(caller));
  }

 private:
  Task<wire::RunnerResult> run(OrchestrationOrder order, Map overrides, std::optional<std::string> pillarenv, RunnerCaller caller) const {
    order.jid = caller.jid;
    order.id = id_;
    order.grains = grains_of(id_);
    pillar::PillarRequest wanted;
    wanted.minion_id = id_;
    wanted.grains = order.grains;
    wanted.saltenv = order.saltenv;
    wanted.pillarenv = std::move(pillarenv);
    wanted.override_data = std::move(overrides);
    auto served = co_await pillars_.show(std::move(wanted));
    order.pillar = std::move(served.pillar.data);
    co_return co_await orchestrations_.run(std::move(order), std::move(caller));
  }

  Orchestrations& orchestrations_;
  PillarDesk& pillars_;
  const std::string id_;
};

}  // namespace

void add_state_runners(RunnerTable& runners, Orchestrations& orchestrations, PillarDesk& pillars, std::string master_id) {
  const auto states = std::make_shared<const StateRunners>(orchestrations, pillars, std::move(master_id));
  const auto add = [&](const char* name, const char* doc, const char* kind) {
    Runner<Orchestrate> runner{name, doc, [states, kind](Orchestrate wanted, RunnerCaller caller) {
                                 return states->orchestrate(std::move(wanted), std::move(caller), kind);
                               }};
    runner.is_recorded = std::string_view(kind) == "run";
    runners.add(std::move(runner));
  };
  for (const char* name : {"state.orchestrate", "state.orch", "state.sls"})
    add(name, "Runs SLS files on the master; their salt.* states give orders to minions.", "run");
  for (const char* name : {"state.orchestrate_show_sls", "state.orch_show_sls"}) add(name, "What those SLS files say, as high data.", "show");
  runners.add(Runner<Ending>{"state.soft_kill", "Ends an orchestration between two states; jobs that it waits for go on.",
                             [&orchestrations](Ending wanted, RunnerCaller) { return end_softly(orchestrations, std::move(wanted)); }});
  Runner<Single> single{"state.orchestrate_single", "Runs one state on the master.",
                        [states](Single wanted, RunnerCaller caller) { return states->single(std::move(wanted), std::move(caller)); }};
  single.is_recorded = true;
  single.take_rest = [](Single& wanted, Map rest) { wanted.arguments = std::move(rest); };
  runners.add(std::move(single));
}

}  // namespace halite::master
