// salt.execute, survey.*, mine.*: functions of minions, by way of the master.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/diff.h"
#include "common/output/outputter.h"
#include "master/runners/runners.h"

namespace halite::master {
namespace {

struct Execute {
  Value tgt;
  std::string fun;
  Value arg;
  Value timeout;
  std::string tgt_type = "glob";
  std::string ret;
  Map kwarg;

  static const Schema<Execute>& schema() {
    static const auto schema = Schema<Execute>()
                                   .required(&Execute::tgt, "tgt", "Which minions.")
                                   .required(&Execute::fun, "fun", "The function.")
                                   .optional(&Execute::arg, "arg", "List of arguments.")
                                   .optional(&Execute::timeout, "timeout", "Seconds until silent minions are asked about the job.")
                                   .optional(&Execute::tgt_type, "tgt_type", "How tgt is meant.")
                                   .optional(&Execute::ret, "ret", "Returners.")
                                   .optional(&Execute::kwarg, "kwarg", "Arguments by name.");
    return schema;
  }
};

// survey.hash TARGET FUNCTION ARGUMENT...
struct Survey {
  Value tgt;
  std::string fun;
  Value arg, arg2, arg3, arg4;
  std::string tgt_type = "glob";
  std::string survey_sort = "down";
  Map kwarg;

  static const Schema<Survey>& schema() {
    static const auto schema = Schema<Survey>()
                                   .required(&Survey::tgt, "tgt", "Which minions.")
                                   .required(&Survey::fun, "fun", "The function.")
                                   .optional(&Survey::arg, "arg", "Its arguments.")
                                   .optional(&Survey::arg2, "arg2", "Its second argument.")
                                   .optional(&Survey::arg3, "arg3", "Its third argument.")
                                   .optional(&Survey::arg4, "arg4", "Its fourth argument.")
                                   .optional(&Survey::tgt_type, "tgt_type", "How tgt is meant.")
                                   .optional(&Survey::survey_sort, "survey_sort", "Largest pool first (down) or last (up).")
                                   .one_of({"up", "down"});
    return schema;
  }
};

struct GetMine {
  Value tgt;
  std::string fun;
  std::string tgt_type = "glob";

  static const Schema<GetMine>& schema() {
    static const auto schema = Schema<GetMine>()
                                   .required(&GetMine::tgt, "tgt", "Which minions.")
                                   .required(&GetMine::fun, "fun", "The function whose value they share.")
                                   .optional(&GetMine::tgt_type, "tgt_type", "How tgt is meant.");
    return schema;
  }
};

struct UpdateMine {
  Value tgt;
  std::string tgt_type = "glob";
  bool clear = false;
  Value mine_functions;

  static const Schema<UpdateMine>& schema() {
    static const auto schema = Schema<UpdateMine>()
                                   .required(&UpdateMine::tgt, "tgt", "Which minions.")
                                   .optional(&UpdateMine::tgt_type, "tgt_type", "How tgt is meant.")
                                   .optional(&UpdateMine::clear, "clear", "Forget what they shared before.")
                                   .optional(&UpdateMine::mine_functions, "mine_functions", "Share these instead of the configured ones.");
    return schema;
  }
};

struct Returns {
  Map values;  // by minion; in words where there is none
  bool all_well = true;
};

Task<Returns> run_job(JobBoard& jobs, wire::PublishJob job, RunnerCaller caller) {
  job.wait = true;
  const auto started = co_await jobs.start(std::move(job), caller.actor());
  Returns returns;
  for (;;) {
    while (!started->events.empty()) {
      const wire::JobEvent event = std::move(started->events.front());
      started->events.pop_front();
      if (event.kind == "return" && event.result) {
        returns.values.set(event.result->id, event.result->value);
        returns.all_well = returns.all_well && event.result->success;
      } else if (event.kind == "ended") {
        co_await caller.say(fmt::format("{}: {}", event.id, event.outcome));
        returns.all_well = false;
      }
    }
    if (started->is_finished && started->events.empty()) break;
    co_await started->changed.wait(std::chrono::seconds(1));
  }
  co_return returns;
}

List arguments_of(const Value& arg, Map kwarg) {
  List list;
  if (!arg.is_null()) list = arg.is_list() ? arg.as_list() : List{arg};
  if (kwarg.empty()) return list;
  kwarg.set("__kwarg__", true);
  list.emplace_back(std::move(kwarg));
  return list;
}

Task<wire::RunnerResult> execute(JobBoard& jobs, Execute wanted, RunnerCaller caller) {
  wire::PublishJob job;
  job.fun = wanted.fun;
  job.tgt = wanted.tgt;
  job.tgt_type = wanted.tgt_type;
  job.ret = wanted.ret;
  job.arg = arguments_of(wanted.arg, std::move(wanted.kwarg));
  if (!wanted.timeout.is_null()) job.timeout = Convert<std::chrono::milliseconds>::decode(wanted.timeout);
  auto returns = co_await run_job(jobs, std::move(job), std::move(caller));
  wire::RunnerResult result = plain_result(std::move(returns.values));
  result.retcode = returns.all_well ? 0 : 1;
  co_return result;
}

struct Pool {
  List minions;
  Value result;
};

Task<std::vector<Pool>> pools_of(JobBoard& jobs, Survey wanted, RunnerCaller caller) {
  wire::PublishJob job;
  job.fun = wanted.fun;
  job.tgt = wanted.tgt;
  job.tgt_type = wanted.tgt_type;
  for (const Value* argument : {&wanted.arg, &wanted.arg2, &wanted.arg3, &wanted.arg4})
    if (!argument->is_null()) job.arg.push_back(*argument);
  if (!wanted.kwarg.empty()) {
    wanted.kwarg.set("__kwarg__", true);
    job.arg.emplace_back(std::move(wanted.kwarg));
  }
  Returns returns = co_await run_job(jobs, std::move(job), std::move(caller));
  std::vector<std::pair<std::string, Value>> sorted;
  for (const auto& [id, value] : returns.values) sorted.emplace_back(id.as_string(), value);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Pool> pools;
  for (const auto& [id, value] : sorted) {
    auto pool = std::find_if(pools.begin(), pools.end(), [&](const Pool& one) { return one.result == value; });
    if (pool == pools.end()) pool = pools.insert(pools.end(), {{}, value});
    pool->minions.emplace_back(id);
  }
  const bool is_up = wanted.survey_sort == "up";
  std::stable_sort(pools.begin(), pools.end(), [&](const Pool& a, const Pool& b) {
    return is_up ? a.minions.size() < b.minions.size() : a.minions.size() > b.minions.size();
  });
  co_return pools;
}

Task<wire::RunnerResult> survey_hash(JobBoard& jobs, Survey wanted, RunnerCaller caller) {
  List shown;
  for (const auto& pool : co_await pools_of(jobs, std::move(wanted), std::move(caller)))
    shown.emplace_back(Map{{"pool", pool.minions}, {"result", pool.result}});
  co_return plain_result(shown);
}

// What each pool has that the largest one has not, and the other way round, line by line.
Task<wire::RunnerResult> survey_diff(JobBoard& jobs, Survey wanted, RunnerCaller caller) {
  const auto pools = co_await pools_of(jobs, std::move(wanted), std::move(caller));
  const auto text_of = [](const Value& value) {
    std::string text = value.is_string() ? value.as_string() : format_output(value, "nested", {});
    return text.ends_with('\n') ? text : text + '\n';
  };
  List shown;
  for (std::size_t i = 0; i < pools.size(); ++i) {
    Map entry{{"pool", pools[i].minions}, {"result", pools[i].result}};
    if (i > 0) entry.set("differences", unified_diff(text_of(pools[0].result), text_of(pools[i].result), pools[0].minions[0].as_string(), pools[i].minions[0].as_string()));
    shown.emplace_back(std::move(entry));
  }
  co_return plain_result(shown);
}

Task<wire::RunnerResult> get_mine(Store& store, Targets& targets, GetMine wanted) {
  const wire::TargetQuery query{wanted.tgt, wanted.tgt_type, ":"};
  const auto resolved = co_await targets.resolve(query);
  Map values;
  // An entry may name who may read it; the master may.
  for (const auto& [id, value] : co_await store.mine(wanted.fun, resolved.who.minions)) {
    const Map* entry = value.if_map();
    const bool has_rule = entry && entry->contains("__saltmine_acl__");
    values.set(id, has_rule && entry->contains("__data__") ? entry->at("__data__") : value);
  }
  co_return plain_result(values);
}

Task<wire::RunnerResult> update_mine(JobBoard& jobs, UpdateMine wanted, RunnerCaller caller) {
  wire::PublishJob job;
  job.fun = "mine.update";
  job.tgt = wanted.tgt;
  job.tgt_type = wanted.tgt_type;
  Map named{{"clear", wanted.clear}};
  if (!wanted.mine_functions.is_null()) named.set("mine_functions", wanted.mine_functions);
  job.arg = arguments_of({}, std::move(named));
  auto returns = co_await run_job(jobs, std::move(job), std::move(caller));
  wire::RunnerResult result = plain_result(std::move(returns.values));
  result.retcode = returns.all_well ? 0 : 1;
  co_return result;
}

}  // namespace

void add_minion_runners(RunnerTable& runners, JobBoard& jobs, Store& store, Targets& targets) {
  runners.add(Runner<Execute>{"salt.execute", "Runs a function on minions.", [&jobs](Execute wanted, RunnerCaller caller) {
                                return execute(jobs, std::move(wanted), std::move(caller));
                              }});
  const auto add_survey = [&](const char* name, const char* doc, auto function) {
    Runner<Survey> runner{name, doc, [&jobs, function](Survey wanted, RunnerCaller caller) {
                            return function(jobs, std::move(wanted), std::move(caller));
                          }};
    runner.take_rest = [](Survey& wanted, Map rest) { wanted.kwarg = std::move(rest); };
    runners.add(std::move(runner));
  };
  add_survey("survey.hash", "Runs a function on minions and puts those together that answer the same.", survey_hash);
  add_survey("survey.diff", "The same, with how each answer differs from the most common one.", survey_diff);
  runners.add(Runner<GetMine>{"mine.get", "A value that minions share by the mine.", [&store, &targets](GetMine wanted, RunnerCaller) {
                                return get_mine(store, targets, std::move(wanted));
                              }});
  runners.add(Runner<UpdateMine>{"mine.update", "Has minions share their values anew.", [&jobs](UpdateMine wanted, RunnerCaller caller) {
                                   return update_mine(jobs, std::move(wanted), std::move(caller));
                                 }});
}

}  // namespace halite::master
