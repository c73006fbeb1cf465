// reactor.*: what is done about which events.
#include "common/base/error.h"
#include "master/runners/runners.h"

namespace halite::master {
namespace {

struct NewRule {
  std::string event;
  TextList reactors;

  static const Schema<NewRule>& schema() {
    static const auto schema = Schema<NewRule>()
                                   .required(&NewRule::event, "event", "Tag of the events, a glob.")
                                   .required(&NewRule::reactors, "reactors", "SLS files.");
    return schema;
  }
};

struct OldRule {
  std::string event;

  static const Schema<OldRule>& schema() {
    static const auto schema = Schema<OldRule>().required(&OldRule::event, "event", "The tag, as it was given.");
    return schema;
  }
};

Task<wire::RunnerResult> list(const Reactor& reactor) {
  List rules;
  for (const auto& rule : reactor.rules()) rules.emplace_back(Map{{rule.tag, rule.files}});
  co_return plain_result(rules);
}

Value status(bool is_done, const char* done, const char* not_done) { return Map{{"status", is_done}, {"comment", is_done ? done : not_done}}; }

Task<wire::RunnerResult> add(Reactor& reactor, NewRule wanted) {
  co_return plain_result(status(reactor.add({wanted.event, wanted.reactors.items}), "Reactor added.", "Reactor already exists."));
}

Task<wire::RunnerResult> remove(Reactor& reactor, OldRule wanted) {
  co_return plain_result(status(reactor.remove(wanted.event), "Reactor deleted.", "Reactor does not exists."));
}

}  // namespace

void add_reactor_runners(RunnerTable& runners, Reactor& reactor) {
  runners.add(Runner<NoRunnerArguments>{"reactor.list", "Tags and the SLS files that react to them.",
                                        [&reactor](NoRunnerArguments, RunnerCaller) { return list(reactor); }});
  Runner<NewRule> addition{"reactor.add", "Reacts to a tag until the master starts anew.",
                           [&reactor](NewRule wanted, RunnerCaller) { return add(reactor, std::move(wanted)); }};
  addition.is_recorded = true;
  runners.add(std::move(addition));
  Runner<OldRule> removal{"reactor.delete", "Reacts to a tag no longer, until the master starts anew.",
                          [&reactor](OldRule wanted, RunnerCaller) { return remove(reactor, std::move(wanted)); }};
  removal.is_recorded = true;
  runners.add(std::move(removal));
}

}  // namespace halite::master
