// pillar.*, git_pillar.*: what minions are given, and where it comes from.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "master/runners/runners.h"

namespace halite::master {
namespace {

struct ShowPillar {
  std::string minion;
  std::string saltenv = "base";

  static const Schema<ShowPillar>& schema() {
    static const auto schema = Schema<ShowPillar>()
                                   .optional(&ShowPillar::minion, "minion", "Minion id; the grains are those it gave last.")
                                   .optional(&ShowPillar::saltenv, "saltenv", "State environment.");
    return schema;
  }
};

Task<pillar::ServedPillar> compile(PillarDesk& pillars, Store& store, ShowPillar wanted) {
  Map grains{{"id", wanted.minion}};
  if (const auto facts = co_await store.facts(wanted.minion)) grains = facts->grains;
  co_return co_await pillars.show(wanted.minion, grains, wanted.saltenv);
}

Task<wire::RunnerResult> show_pillar(PillarDesk& pillars, Store& store, ShowPillar wanted, RunnerCaller caller) {
  const auto served = co_await compile(pillars, store, wanted);
  // What the minion is not told, as the master's files are none of its business.
  for (const auto& problem : served.pillar.problems) {
    std::string text = problem.text;
    if (!problem.file.empty()) text = fmt::format("{}:{}: {}", problem.file, problem.line, text);
    text = replace_all(text, "\n", " ");
    co_await caller.say(std::move(text));
  }
  if (served.pillar.ok() && !served.note.empty()) co_await caller.say(served.note);
  wire::RunnerResult result = plain_result(served.pillar.data);
  result.retcode = served.pillar.ok() ? 0 : 1;
  co_return result;
}

Task<wire::RunnerResult> show_top(PillarDesk& pillars, Store& store, ShowPillar wanted) {
  co_return plain_result((co_await compile(pillars, store, wanted)).pillar.matches);
}

Task<wire::RunnerResult> update(PillarDesk& pillars, RunnerCaller caller) {
  if (!pillars.has_remotes()) throw Error(ErrorKind::not_found, "no git remote is configured under ext_pillar");
  Map changed;
  std::vector<std::string> errors;
  for (const auto& remote : co_await pillars.update()) {
    changed.set(remote.url, remote.has_changed);
    if (!remote.error.empty()) co_await caller.say(remote.url + ": " + remote.error);
    if (!remote.advice.empty()) co_await caller.say(remote.advice);
    if (!remote.error.empty()) errors.push_back(remote.url + ": " + remote.error);
  }
  wire::RunnerResult result = plain_result(changed);
  result.retcode = errors.empty() ? 0 : 1;
  co_return result;
}

}  // namespace

void add_pillar_runners(RunnerTable& runners, PillarDesk& pillars, Store& store) {
  runners.add(Runner<ShowPillar>{"pillar.show_pillar", "The pillar that a minion would get now.",
                                 [&pillars, &store](ShowPillar wanted, RunnerCaller caller) {
                                   return show_pillar(pillars, store, std::move(wanted), std::move(caller));
                                 }});
  runners.add(Runner<ShowPillar>{"pillar.show_top", "The pillar files that the top file gives a minion.",
                                 [&pillars, &store](ShowPillar wanted, RunnerCaller) { return show_top(pillars, store, std::move(wanted)); }});
  runners.add(Runner<NoRunnerArguments>{"git_pillar.update", "Fetch the pillar's git remotes now.",
                                        [&pillars](NoRunnerArguments, RunnerCaller caller) { return update(pillars, std::move(caller)); }});
}

}  // namespace halite::master
