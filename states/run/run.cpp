#include "states/run/run.h"

#include <algorithm>
#include <ctime>
#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/host/rehearsal_host.h"
#include "states/run/aggregate.h"
#include "states/run/listen.h"
#include "states/run/parallel.h"
#include "states/run/requisites.h"
#include "states/run/step.h"

namespace halite::states {
namespace {

// Local time of day with microseconds, as Salt's results have it.
std::string time_of_day(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  ::localtime_r(&seconds, &local);
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count() % 1'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{:06}", local.tm_hour, local.tm_min, local.tm_sec, micros);
}

class Run {
 public:
  Run(std::vector<Chunk> chunks, const RunContext& context, const List& low)
      : context_(context),
        chunks_(std::move(chunks)),
        reports_(chunks_.size()),
        previews_(chunks_.size()),
        active_(chunks_.size()),
        is_joined_(chunks_.size()),
        turns_(context.files),
        stage_(context.host),
        world_(make_world(stage_, low)) {
    if (context.options.test) stage_.begin();
  }

  RunResult finish() {
    for (std::size_t i = 0; i < chunks_.size() && !stopped_; ++i) bring(i);
    while (!parallel_.is_empty()) await(parallel_.first());
    if (!result_.cancelled) refresh_listeners();
    if (has_parallel_) order_by_start();
    result_.retcode = has_failed_ || result_.cancelled ? 2 : 0;
    return std::move(result_);
  }

 private:
  World make_world(Host& host, const List& low) {
    return {.host = host,
            .own_files = context_.host,
            .files = turns_.files(),
            .render = turns_.wrap(context_.render),
            .call = turns_.wrap(context_.call),
            .pillar = context_.pillar,
            .grains = context_.grains,
            .accounts = Accounts(host),
            .is_cancelled = context_.is_cancelled,
            .cache_directory = context_.cache_directory,
            .dry_run = context_.options.test,
            .require = {},
            .chunks = low};
  }

  // Runs a chunk, and before it what it requires, once. One that runs in parallel is waited for.
  void bring(std::size_t i) {
    if (parallel_.runs(i)) await(i);
    if (reports_[i] || stopped_) return;
    if (context_.is_cancelled && context_.is_cancelled()) {
      result_.cancelled = stopped_ = true;
      return;
    }
    active_[i] = true;
    path_.push_back(i);
    std::vector<std::string> unprepared;
    for (const std::size_t first : chunks_[i].prereq_of) {
      if (active_[first]) continue;
      bring(first);
      if (parallel_.runs(first)) await(first);
      if (has_failed_on_its_own(first)) unprepared.push_back(chunks_[first].sls + "." + chunks_[first].id);
    }
    if (!unprepared.empty() && !stopped_ && !reports_[i]) record(i, requisites_failed(unprepared));
    if (!stopped_ && !reports_[i]) bring_after_requisites(i);
    path_.pop_back();
    active_[i] = false;
  }

  void bring_after_requisites(std::size_t i) {
    const Chunk& chunk = chunks_[i];
    if (const std::string lost = not_found(chunk); !lost.empty()) return record(i, failed(lost));
    for (const Requisite& requisite : chunk.requisites) {
      for (const std::size_t needed : requisite.chunks) {
        if (reports_[i] || stopped_) return;
        requisite.kind == "prereq" ? preview(needed, i) : bring_requisite(needed, i);
      }
    }
    if (reports_[i] || stopped_) return;
    decide(i);
  }

  // What was to run before this change, and ran, and failed: the change is not safe then.
  bool has_failed_on_its_own(std::size_t i) const {
    return reports_[i] && reports_[i]->was_called && reports_[i]->result == Result::failed;
  }

  static Outcome requisites_failed(const std::vector<std::string>& names) {
    return failed("One or more requisite failed: " + join(names, ", "));
  }

  void bring_requisite(std::size_t needed, std::size_t by) {
    if (parallel_.runs(needed)) await(needed);
    if (reports_[needed]) return;
    if (!active_[needed]) {
      bring(needed);
      if (parallel_.runs(needed)) await(needed);
      return;
    }
    std::string cycle;
    for (auto at = std::find(path_.begin(), path_.end(), needed); at != path_.end(); ++at)
      cycle += chunks_[*at].id + " -> ";
    record(by, failed("Recursive requisite found: " + cycle + chunks_[needed].id));
  }

  // A dry run of a chunk that another one wants to run before. What it requires is really run.
  void preview(std::size_t i, std::size_t by) {
    if (previews_[i]) return;
    for (const Requisite& requisite : chunks_[i].requisites)
      for (const std::size_t needed : requisite.chunks)
        if (needed != by && !active_[needed]) bring(needed);
    if (stopped_) return;
    const bool was_dry = world_.dry_run;
    const Plan plan = world_.plan;
    const auto packages = world_.known_packages;
    world_.dry_run = true;
    stage_.begin();
    const Verdict verdict = verdict_of(i);
    const Outcome outcome = call(chunks_[i], verdict == Verdict::changed ? Cause::watched : Cause::turn, false);
    world_.dry_run = was_dry;
    if (!was_dry) {
      world_.plan = plan;
      world_.known_packages = packages;
      stage_.end();
    }
    Report report = report_of(outcome);
    if (verdict == Verdict::changed && report.result == Result::unchanged) report.result = Result::would_change;
    if (verdict == Verdict::no_change || verdict == Verdict::no_failure) report = {Result::unchanged, false, false};
    previews_[i] = report;
  }

  Verdict verdict_of(std::size_t i) const {
    const auto at = [](const std::vector<std::optional<Report>>& reports) {
      return [&reports](std::size_t k) { return reports[k] ? &*reports[k] : nullptr; };
    };
    return judge(chunks_[i], at(reports_), at(previews_));
  }

  void decide(std::size_t i) {
    switch (verdict_of(i)) {
      case Verdict::met: return execute(i, Cause::turn);
      case Verdict::changed: return execute(i, Cause::watched);
      case Verdict::failed: return record(i, requisites_failed(failed_requisites(chunks_[i])));
      case Verdict::nothing_planned: return record(i, unchanged("No changes detected"));
      case Verdict::no_change:
        return record(i, unchanged("State was not run because none of the onchanges reqs changed"), Ran::no);
      case Verdict::no_failure:
        return record(i, unchanged("State was not run because onfail req did not change"), Ran::no);
    }
  }

  static std::string shown_name(const Chunk& chunk) { return chunk.state + "." + chunk.fun + " " + chunk.name; }

  void execute(std::size_t i, Cause cause) {
    const Chunk& chunk = chunks_[i];
    if (context_.starting)
      context_.starting({.next = shown_name(chunk),
                         .last_ended = last_ended_ ? shown_name(chunks_[*last_ended_]) : "",
                         .ended = result_.states.size(),
                         .total = chunks_.size()});
    if (!is_joined_[i] && does_aggregate(chunk, context_.options.aggregate)) join_others(i);
    if (is_parallel(chunk)) return start_parallel(i, cause);
    finish_call(i, run_number_++, timed(context_.host, [&] { return call(chunk, cause, true); }));
  }

  void join_others(std::size_t i) {
    const auto is_met = [&](std::size_t k) { return reports_[k] && reports_[k]->ran && reports_[k]->result != Result::failed; };
    const auto has_begun = [&](std::size_t k) { return reports_[k] || active_[k] || is_joined_[k] || parallel_.runs(k); };
    for (const std::size_t k : join_chunks(chunks_, i, is_met, has_begun)) is_joined_[k] = true;
  }

  void finish_call(std::size_t i, std::int64_t number, Timed called) {
    record(i, std::move(called.outcome), Ran::yes, Times{number, called.started, called.took});
    reports_[i]->was_called = true;
  }

  // A dry run and a mock have nothing to win.
  bool is_parallel(const Chunk& chunk) const {
    const Value* parallel = chunk.low.find("parallel");
    return parallel && *parallel == Value(true) && chunk.function && !context_.options.test && !context_.options.mock;
  }

  void start_parallel(std::size_t i, Cause cause) {
    if (parallel_.is_full()) await(parallel_.first());
    const Chunk& chunk = chunks_[i];
    numbers_[i] = run_number_++;
    has_parallel_ = true;
    // A world of its own, on the real host: the run's may rehearse meanwhile what a prereq would change.
    World own = make_world(context_.host, world_.chunks);
    own.accumulated = world_.accumulated;
    if (cause == Cause::watched) own.changed = changed_requisites(chunk);
    parallel_.start(i, std::move(own), [&chunk, cause](World& world) {
      return timed(world.host, [&] { return call_with_retries(chunk, cause, world); });
    });
  }

  // What was known of the machine may have changed behind the run's back.
  void await(std::size_t i) {
    Timed called = parallel_.take(i);
    world_.accounts = Accounts(stage_);
    world_.known_packages.reset();
    finish_call(i, numbers_[i], std::move(called));
  }

  void order_by_start() {
    std::vector<std::pair<std::int64_t, Value>> order;
    for (const auto& [tag, shown] : result_.states) order.emplace_back(shown.find("__run_num__")->as_int(), tag);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    Map ordered;
    for (const auto& [number, tag] : order) ordered.set(tag, *result_.states.find(tag));
    result_.states = std::move(ordered);
  }

  Outcome call(const Chunk& chunk, Cause cause, bool retries) {
    if (!chunk.function)
      return failed(fmt::format("State '{}.{}' was not found in SLS '{}'{}", chunk.state, chunk.fun, chunk.sls, chunk.near_names));
    world_.changed = cause == Cause::watched ? changed_requisites(chunk) : std::vector<std::string>();
    if (context_.options.mock) return unchanged("Not called, mocked");
    return retries ? call_with_retries(chunk, cause, world_) : call_state(chunk, cause, world_);
  }

  static Report report_of(const Outcome& outcome) {
    return {outcome.result, !outcome.changes.empty() || outcome.result == Result::would_change, true};
  }

  enum class Ran { yes, no };

  // When a state began, how long it took, and its number in the order of starting.
  struct Times {
    std::int64_t number = 0;
    std::chrono::system_clock::time_point started = {};
    std::chrono::steady_clock::duration took = {};
  };
  Times just_now() { return {run_number_++, context_.host.now(), {}}; }

  void record(std::size_t i, Outcome outcome, Ran ran = Ran::yes) { record(i, std::move(outcome), ran, just_now()); }

  void record(std::size_t i, Outcome outcome, Ran ran, const Times& times) {
    const Chunk& chunk = chunks_[i];
    reports_[i] = report_of(outcome);
    reports_[i]->ran = ran == Ran::yes;
    last_ended_ = i;
    if (outcome.result == Result::would_change) world_.plan.add("state", chunk.tag);
    publish(chunk, chunk.tag, chunk.id, std::move(outcome), ran, times);
    if (reports_[i]->result == Result::failed && is_hard(chunk)) stopped_ = true;
  }

  // Whether a failure ends the run.
  bool is_hard(const Chunk& chunk) const {
    const Value* failhard = chunk.low.find("failhard");
    return !context_.options.test && (failhard && failhard->is_bool() ? *failhard->if_bool() : context_.options.failhard);
  }

  void publish(const Chunk& chunk, const std::string& tag, const std::string& id, Outcome outcome, Ran ran,
               const Times& times) {
    if (outcome.result == Result::failed) has_failed_ = true;
    Map shown{{"name", chunk.low.contains("name") ? chunk.low.at("name") : Value(chunk.name)},
              {"changes", std::move(outcome.changes)},
              {"result", to_value(outcome.result)},
              {"comment", std::move(outcome.comment)},
              {"__sls__", chunk.sls},
              {"__run_num__", times.number},
              {"start_time", time_of_day(times.started)}};
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(times.took).count();
    shown.set("duration", static_cast<double>(micros) / 1000.0);
    shown.set("__id__", id);
    if (ran == Ran::no) shown.set("__state_ran__", false);
    if (outcome.skip_watch) shown.set("skip_watch", true);
    if (!outcome.warnings.empty()) shown.set("warnings", outcome.warnings);
    if (!outcome.jid.empty()) shown.set("__jid__", outcome.jid);
    tell(chunk, shown);
    result_.states.set(tag, std::move(shown));
  }

  void tell(const Chunk& chunk, const Map& shown) const {
    const Value* event = chunk.low.find("fire_event");
    if (!context_.fire_event || !event || event->is_null() || *event == Value(false)) return;
    context_.fire_event(event->is_string() ? *event->if_string() : chunk.name, shown);
  }

  std::string not_found(const Chunk& chunk) const {
    std::vector<std::pair<std::string, std::string>> lost;  // by kind, in the order of the chunk
    for (const Requisite& requisite : chunk.requisites) {
      if (!requisite.chunks.empty()) continue;
      auto kind =
          std::find_if(lost.begin(), lost.end(), [&](const auto& entry) { return entry.first == requisite.kind; });
      if (kind == lost.end()) kind = lost.insert(lost.end(), {requisite.kind, ""});
      kind->second += fmt::format("{:23}{}: {}\n", "", requisite.type, requisite.pattern);
    }
    if (lost.empty()) return "";
    std::string comment = "The following requisites were not found:\n";
    for (const auto& [kind, names] : lost) comment += fmt::format("{:19}{}:\n{}", "", kind, names);
    return comment;
  }

  std::vector<std::string> failed_requisites(const Chunk& chunk) const {
    std::vector<std::string> names;
    for (const Requisite& requisite : chunk.requisites) {
      for (const std::size_t i : requisite.chunks) {
        const auto& report = requisite.kind == "prereq" && previews_[i] ? previews_[i] : reports_[i];
        const std::string name = chunks_[i].sls + "." + chunks_[i].id;
        if (report && report->result == Result::failed && std::find(names.begin(), names.end(), name) == names.end())
          names.push_back(name);
      }
    }
    return names;
  }

  std::vector<std::string> changed_requisites(const Chunk& chunk) const {
    std::vector<std::string> names;
    for (const Requisite& requisite : chunk.requisites)
      for (const std::size_t i : requisite.chunks)
        if (requisite.kind == "watch" && reports_[i] && reports_[i]->has_changes)
          names.push_back(chunks_[i].state + ": " + chunks_[i].id);
    return names;
  }

  // At the end, each listener whose states changed is refreshed once.
  void refresh_listeners() {
    const auto found = find_listeners(chunks_, [&](std::size_t k) { return reports_[k] && reports_[k]->has_changes; });
    // Also when a failure ended the run: what was changed before it must take effect.
    stopped_ = false;
    for (const std::size_t i : found.heard)
      if (!stopped_) refresh_listener(chunks_[i]);
    for (const Requisite& listen : found.lost) tell_lost(listen);
  }

  void refresh_listener(const Chunk& chunk) {
    const std::string id = "listener_" + chunk.id;
    const bool can_refresh = !chunk.function || chunk.function->on_refresh;  // without a function call() says what is wrong
    Timed called = timed(context_.host, [&] {
      return can_refresh ? call(chunk, Cause::refresh, true)
                         : failed(fmt::format("State '{0}.mod_watch' was not found in SLS '{1}'\nReason: {0}.{2} has no answer to a change, so "
                                              "it can't listen.\n",
                                              chunk.state, chunk.sls, chunk.fun));
    });
    const bool is_failed = called.outcome.result == Result::failed;
    publish(chunk, fmt::format("{}_|-{}_|-{}_|-mod_watch", chunk.state, id, chunk.name), id, std::move(called.outcome), Ran::yes,
            {run_number_++, called.started, called.took});
    if (is_failed && is_hard(chunk)) stopped_ = true;
  }

  void tell_lost(const Requisite& listen) {
    Map shown{{"name", fmt::format("listen_{}:{}", listen.type, listen.pattern)},
              {"changes", Map{}},
              {"result", false},
              {"comment", fmt::format("Referenced state {}: {} does not exist", listen.type, listen.pattern)},
              {"__run_num__", run_number_++},
              {"__id__", "listen_" + listen.pattern}};
    has_failed_ = true;
    result_.states.set(fmt::format("Listen_Error_|-listen_{}_|-listen_{}_|-Listen_Error", listen.pattern, listen.type), std::move(shown));
  }

  const RunContext& context_;
  std::vector<Chunk> chunks_;
  std::vector<std::optional<Report>> reports_, previews_;
  std::vector<bool> active_;
  std::vector<bool> is_joined_;  // what it asks for was done together with another one
  std::vector<std::size_t> path_;  // chunks that wait for what they require
  Turns turns_;
  RehearsalHost stage_;  // a dry run happens here, in memory
  World world_;
  Parallel parallel_;
  std::map<std::size_t, std::int64_t> numbers_;  // of chunks that run in parallel
  RunResult result_;
  std::int64_t run_number_ = 0;
  std::optional<std::size_t> last_ended_;
  bool has_parallel_ = false;
  bool stopped_ = false;
  bool has_failed_ = false;
};

}  // namespace

RunResult run_low(const List& low, const Registry& registry, const RunContext& context) {
  return Run(read_chunks(low, registry), context, low).finish();
}

void add_interruption(Map& states, std::size_t total) {
  const auto ended = states.size();
  states.set("state_|-interrupted_|-interrupted_|-run",
             Map{{"name", "interrupted"},
                 {"__id__", "interrupted"},
                 {"result", false},
                 {"changes", Map{}},
                 {"comment", fmt::format("The run was told to end. {} of {} states had ended, the others did not run.", ended, total)},
                 {"__run_num__", static_cast<std::int64_t>(ended)}});
}

std::vector<std::string> check_low(const List& low, const Registry& registry) {
  std::vector<std::string> problems;
  try {
    for (const Chunk& chunk : read_chunks(low, registry)) {
      if (!chunk.function) {
        problems.push_back(fmt::format("State '{}.{}' was not found{} (id '{}' in SLS '{}')", chunk.state, chunk.fun,
                                       chunk.near_names, chunk.id, chunk.sls));
        continue;
      }
      try {
        chunk.function->check(arguments_of(chunk));
      } catch (const Error& error) {
        problems.push_back(fmt::format("{} (id '{}' in SLS '{}')", error.what(), chunk.id, chunk.sls));
      }
    }
  } catch (const Error& error) {
    problems.push_back(error.what());
  }
  return problems;
}

}  // namespace halite::states
