// schedule.*: the jobs that this minion runs by itself. What is changed here is kept in minion.d/_schedule.conf; jobs of the
// configuration can be switched off and changed that way too, jobs of the pillar are the pillar's.
#include "common/base/error.h"
#include "common/base/returners.h"
#include "common/base/strings.h"
#include "common/data/yaml.h"
#include "minion/functions/groups.h"
#include "minion/functions/schedule_reply.h"
#include "minion/schedule/entry.h"
#include "minion/schedule/schedule_store.h"

namespace halite::minion {
namespace {

struct Listing {
  bool show_all = false, show_disabled = true, return_yaml = true, offline = false;
  Value where;
};
struct Name {
  std::string name;
  bool test = false, persist = true, offline = false, force = false;
};
struct MaybeName {
  std::string name;
};
struct Times {
  std::string name, current_time, new_time, time_fmt = "%Y-%m-%dT%H:%M:%S";
  bool test = false;
};

struct View {
  explicit View(Call& call)
      : store(call.tools.host, call.tools.config),
        pillar(schedule_in(call.tools.pillar.current())),
        configured(call.tools.config.settings.schedule),
        kept(store.kept()),
        whole(whole_schedule(pillar, configured, kept)) {}

  const Value* find(const std::string& name) const {
    const Value* found = is_schedule_setting(name) ? nullptr : whole.find(name);
    return found;
  }
  bool is_pillars(const std::string& name) const {
    return pillar.contains(name) && !configured.contains(name) && !kept.contains(name);
  }

  ScheduleStore store;
  Map pillar, configured, kept, whole;
};

ScheduleReply no_such_job(const std::string& name) { return ScheduleReply::refuse("Job {} does not exist.", name); }

ScheduleReply is_pillars_own(const std::string& name) {
  return ScheduleReply::refuse("Job {} comes from the pillar; change it there.", name);
}

void require_persist(bool persist) {
  if (!persist) throw Error(ErrorKind::invalid, "persist=False: a change of the schedule is always kept; disable the job when it is not wanted");
}

Map shown_job(const Value& job) {
  Map shown;
  if (const Map* map = job.if_map())
    for (const auto& [key, value] : *map)
      if (!value.is_null() && !(key.is_string() && key.as_string().starts_with('_'))) shown.set(key, value);
  if (!shown.contains("enabled")) shown.set("enabled", true);
  return shown;
}

Map listed(const View& view, const Listing& args) {
  const Map& from = args.where == Value("pillar") ? view.pillar : view.whole;
  Map jobs;
  for (const auto& [key, job] : from) {
    const std::string& name = key.as_string("a job's name");
    if (args.where == Value("opts") && view.is_pillars(name)) continue;
    if (is_schedule_setting(name)) {
      jobs.set(key, job);
      continue;
    }
    if (name.starts_with("__") && !args.show_all) continue;
    const Map shown = shown_job(job);
    if (args.show_disabled || shown.at("enabled") != Value(false)) jobs.set(key, shown);
  }
  return jobs;
}

Value list(const Listing& args, Call& call) {
  const View view(call);
  Map jobs = listed(view, args);
  if (!args.return_yaml) return jobs;
  for (auto& [key, job] : listed(view, args)) {
    if (!job.is_map()) continue;
    Map one = job.as_map();
    one.set("saved", view.kept.contains(key.as_string()));
    jobs.set(key, one);
  }
  return to_yaml(Map{{"schedule", jobs}});
}

Value is_enabled(const MaybeName& args, Call& call) {
  const View view(call);
  if (args.name.empty()) {
    const Value* enabled = view.whole.find("enabled");
    return enabled ? *enabled : Value(true);
  }
  const Value* job = view.find(args.name);
  return job ? shown_job(*job) : Map{};
}

// The job that the arguments of schedule.add and schedule.modify describe; checked as the scheduler will read it.
Map item_from(const std::string& name, Map named) {
  for (const char* own : {"test", "persist", "offline"}) named.erase(own);
  named.set("name", name);
  Map given;
  for (const auto& [key, value] : named)
    if (!value.is_null()) given.set(key, value);
  const auto options = states::schedule_options_schema().decode(given, Unknown::refuse, "Passed invalid arguments to schedule.add");
  Map item = states::schedule_item(options);
  schedule_entry(name, item);
  check_returners(join(options.returner.items, ","));
  return item;
}

struct Asked {
  std::string name;
  Map named;
  bool is_test = false;
};

Asked asked_of(const Arguments& arguments, const char* function) {
  Asked asked{"", arguments.named};
  if (arguments.positional.size() > 1)
    throw Error(ErrorKind::invalid, "Passed invalid arguments to {}: it takes a name, and named arguments", function);
  if (!arguments.positional.empty()) asked.name = arguments.positional[0].as_string("the job's name");
  else if (const auto name = asked.named.erase("name")) asked.name = name->as_string("the job's name");
  if (asked.name.empty() || is_schedule_setting(asked.name))
    throw Error(ErrorKind::invalid, "Passed invalid arguments to {}: the job needs a name, other than enabled, splay and skip_during_range", function);
  if (const Value* persist = asked.named.find("persist")) require_persist(*persist != Value(false));
  const Value* test = asked.named.find("test");
  asked.is_test = test && *test == Value(true);
  return asked;
}

void keep(const View& view, const std::string& name, const Value& job) {
  ScheduleStore(view.store).edit([&](Map& kept) {
    kept.set(name, job);
    return true;
  });
}

Value add(const Arguments& arguments, Call& call) {
  const Asked asked = asked_of(arguments, "schedule.add");
  const View view(call);
  if (view.find(asked.name)) return ScheduleReply::refuse("Job {} already exists in schedule.", asked.name).value();
  const Map item = item_from(asked.name, asked.named);
  if (asked.is_test)
    return ScheduleReply::done("Job: {} would be added to schedule.", asked.name).with(asked.name, "added").value();
  keep(view, asked.name, item);
  return ScheduleReply::done("Added job: {} to schedule.", asked.name).with(asked.name, "added").value();
}

Value modify(const Arguments& arguments, Call& call) {
  Asked asked = asked_of(arguments, "schedule.modify");
  const View view(call);
  const Value* old = view.find(asked.name);
  if (!old) return ScheduleReply::refuse("Job {} does not exist in schedule.", asked.name).value();
  if (view.is_pillars(asked.name)) return is_pillars_own(asked.name).value();
  const Map now = states::schedule_item(schedule_entry(asked.name, *old).options);
  if (!asked.named.contains("function")) asked.named.set("function", now.at("function"));
  const Map item = item_from(asked.name, asked.named);
  if (item == now) return ScheduleReply::done("Job {} in correct state", asked.name).value();
  const Map change{{"old", now}, {"new", item}};
  if (asked.is_test)
    return ScheduleReply::done("Job: {} would be modified in schedule.", asked.name).with(asked.name, change).value();
  keep(view, asked.name, item);
  return ScheduleReply::done("Modified job: {} in schedule.", asked.name).with(asked.name, change).value();
}

Value remove(const Name& args, Call& call) {
  require_persist(args.persist);
  const View view(call);
  if (!view.find(args.name)) return no_such_job(args.name).value();
  if (view.is_pillars(args.name)) return is_pillars_own(args.name).value();
  if (view.configured.contains(args.name))
    return ScheduleReply::refuse("Job {} stands in the minion's configuration; take it out there, or disable it.", args.name).value();
  if (args.test) return ScheduleReply::done("Job: {} would be deleted from schedule.", args.name).with(args.name, "removed").value();
  ScheduleStore(view.store).edit([&](Map& kept) { return kept.erase(args.name).has_value(); });
  return ScheduleReply::done("Deleted Job {} from schedule.", args.name).with(args.name, "removed").value();
}

struct Purge {
  bool test = false, persist = true, offline = false;
};

Value purge(const Purge& args, Call& call) {
  require_persist(args.persist);
  const View view(call);
  List comments;
  Map changes;
  for (const auto& [key, job] : view.kept) {
    const std::string& name = key.as_string("a job's name");
    if (is_schedule_setting(name) || name.starts_with("__")) continue;
    comments.push_back(args.test ? fmt::format("Job: {} would be deleted from schedule.", name)
                                 : fmt::format("Deleted job: {} from schedule.", name));
    if (!args.test) changes.set(name, "removed");
  }
  for (const auto& [key, job] : view.whole)
    if (!view.kept.contains(key.as_string()) && !is_schedule_setting(key.as_string()))
      comments.push_back(fmt::format("Job {} stays: it comes from {}.", key.as_string(), view.configured.contains(key.as_string()) ? "the minion's configuration" : "the pillar"));
  if (!args.test)
    ScheduleStore(view.store).edit([&](Map& kept) {
      for (const auto& [name, change] : changes) kept.erase(name);
      return !changes.empty();
    });
  return Map{{"comment", comments}, {"changes", changes}, {"result", true}};
}

// enable_job and disable_job.
Value switch_job(const Name& args, Call& call, bool on) {
  require_persist(args.persist);
  const View view(call);
  const char* word = on ? "enabled" : "disabled";
  const Value* job = view.find(args.name);
  if (!job) return no_such_job(args.name).value();
  if (view.is_pillars(args.name)) return is_pillars_own(args.name).value();
  Map changed = job->as_map("the job");
  const Value* now = changed.find("enabled");
  if ((now ? *now != Value(false) : true) == on) return ScheduleReply::done("Job {} is {} in schedule.", args.name, word).value();
  if (args.test) return ScheduleReply::done("Job: {} would be {} in schedule.", args.name, word).with(args.name, word).value();
  changed.set("enabled", on);
  keep(view, args.name, changed);
  return ScheduleReply::done("{} Job {} in schedule.", on ? "Enabled" : "Disabled", args.name).with(args.name, word).value();
}

Value enable_job(const Name& args, Call& call) { return switch_job(args, call, true); }
Value disable_job(const Name& args, Call& call) { return switch_job(args, call, false); }

Value switch_schedule(const Purge& args, Call& call, bool on) {
  require_persist(args.persist);
  if (args.test) return ScheduleReply::done("Schedule would be {}.", on ? "enabled" : "disabled").value();
  keep(View(call), "enabled", on);
  return ScheduleReply::done("{} schedule on minion.", on ? "Enabled" : "Disabled").with("schedule", on ? "enabled" : "disabled").value();
}

Value enable(const Purge& args, Call& call) { return switch_schedule(args, call, true); }
Value disable(const Purge& args, Call& call) { return switch_schedule(args, call, false); }

Value run_job(const Name& args, Call& call) {
  View view(call);
  const Value* job = view.find(args.name);
  if (!job) return no_such_job(args.name).without_changes();
  if (shown_job(*job).at("enabled") == Value(false) && !args.force)
    return ScheduleReply::done("Job {} is disabled.", args.name).without_changes();
  schedule_entry(args.name, *job);
  view.store.ask_to_run(args.name);
  return ScheduleReply::done("Scheduling Job {} on minion.", args.name).without_changes();
}

Value save(const Arguments&, Call&) { return ScheduleReply::done("Schedule (non-pillar items) saved.").without_changes(); }

Value reload(const Arguments&, Call& call) {
  call.tools.pillar.refresh();
  return Map{{"comment", List{"Reloaded schedule from pillar on minion.", "Reloaded schedule from default configuration file."}}, {"result", true}};
}

// postpone_job and skip_job: times added to a job's own lists.
Value add_times(const Times& args, Call& call, bool is_postponed) {
  const View view(call);
  const Value* job = view.find(args.name);
  if (!job) return no_such_job(args.name).without_changes();
  if (view.is_pillars(args.name)) return is_pillars_own(args.name).without_changes();
  moment_from(args.current_time, args.time_fmt);
  if (is_postponed) moment_from(args.new_time, args.time_fmt);
  const char* word = is_postponed ? "postponed" : "skipped";
  if (args.test) return ScheduleReply::done("Job: {} would be {} in schedule.", args.name, word).without_changes();
  Map changed = job->as_map("the job");
  const auto note = [&](const char* option, const std::string& time) {
    const Value* now = changed.find(option);
    List times = now ? now->as_list(option) : List{};
    times.push_back(Map{{"time", time}, {"time_fmt", args.time_fmt}});
    changed.set(option, times);
  };
  note("skip_explicit", args.current_time);
  if (is_postponed) note("run_explicit", args.new_time);
  keep(view, args.name, changed);
  return ScheduleReply::done(is_postponed ? "Postponed Job {} in schedule." : "Added Skip Job {} in schedule.", args.name).without_changes();
}

Value postpone_job(const Times& args, Call& call) { return add_times(args, call, true); }
Value skip_job(const Times& args, Call& call) { return add_times(args, call, false); }

struct Status {
  std::string name, time_fmt = "%Y-%m-%dT%H:%M:%S", fmt;
};

// The daemon's word on the job, with times as text.
Map status_of(const std::string& name, const std::string& format, const View& view) {
  const Map all = view.store.status();
  const Value* found = all.find(name);
  Map shown;
  if (!found || !found->is_map()) return shown;
  for (const auto& [key, value] : found->as_map()) {
    const bool is_time = key == Value("_next_fire_time") || key == Value("_last_run") || key == Value("_skipped_time");
    shown.set(key, is_time && value.is_int() ? Value(to_text(Moment(std::chrono::seconds(value.as_int())), format)) : value);
  }
  return shown;
}

Value show_next_fire_time(const Status& args, Call& call) {
  const View view(call);
  if (!view.find(args.name)) return no_such_job(args.name).without_changes();
  const Map status = status_of(args.name, args.fmt.empty() ? args.time_fmt : args.fmt, view);
  const Value* next = status.find("_next_fire_time");
  if (next) return Map{{"result", true}, {"next_fire_time", *next}};
  return Map{{"result", true}, {"comment", "next fire time not available."}};
}

Value job_status(const Status& args, Call& call) {
  const View view(call);
  const Value* job = view.find(args.name);
  if (!job) return Map{};
  Map shown = shown_job(*job);
  for (const auto& [key, value] : status_of(args.name, args.time_fmt, view)) shown.set(key, value);
  return shown;
}

template <class T>
Schema<T> change_schema() {
  return Schema<T>()
      .optional(&T::test, "test", "Only say what would be done.")
      .optional(&T::persist, "persist", "Kept for Salt's callers; a change is always kept.")
      .optional(&T::offline, "offline", "Kept for Salt's callers; it works with and without the daemon.");
}

Schema<Name> name_schema() {
  return Schema<Name>()
      .required(&Name::name, "name", "Name of the job.")
      .optional(&Name::force, "force", "Run it though it is disabled.")
      .optional(&Name::test, "test", "Only say what would be done.")
      .optional(&Name::persist, "persist", "Kept for Salt's callers; a change is always kept.")
      .optional(&Name::offline, "offline", "Kept for Salt's callers; it works with and without the daemon.");
}

Schema<Times> times_schema(bool is_postponed) {
  auto schema = Schema<Times>()
                    .required(&Times::name, "name", "Name of the job.")
                    .required(&Times::current_time, "current_time", "The time at which it would run.");
  if (is_postponed) schema.required(&Times::new_time, "new_time", "The time at which it runs instead.");
  return schema.optional(&Times::time_fmt, "time_fmt", "How the times are written, in the words of strptime.")
      .optional(&Times::test, "test", "Only say what would be done.");
}

Schema<Status> status_schema() {
  return Schema<Status>()
      .required(&Status::name, "name", "Name of the job.")
      .optional(&Status::time_fmt, "time_fmt", "How times are written, in the words of strftime.")
      .optional(&Status::fmt, "fmt", "The same, for the callers of show_next_fire_time.");
}

}  // namespace

std::vector<Function> schedule_functions() {
  return {
      function<Listing>("schedule.list", "The jobs of the schedule, as YAML or as a map.",
                        Schema<Listing>()
                            .optional(&Listing::show_all, "show_all", "Also those whose names begin with two underscores.")
                            .optional(&Listing::show_disabled, "show_disabled", "Also those that are disabled.")
                            .optional(&Listing::where, "where", "Only from pillar, or only from opts.")
                            .optional(&Listing::return_yaml, "return_yaml", "As YAML text.")
                            .optional(&Listing::offline, "offline", "Kept for Salt's callers."),
                        list).light(),
      function<MaybeName>("schedule.is_enabled", "The job when it is in the schedule; without a name whether the schedule is on.",
                          Schema<MaybeName>().optional(&MaybeName::name, "name", "Name of the job."), is_enabled).light(),
      free_function("schedule.add", "Adds a job: a name, and what schedule.present takes; its arguments are job_args and job_kwargs.", add).light(),
      free_function("schedule.modify", "Puts another job under a name: the arguments of schedule.add.", modify).light(),
      function<Name>("schedule.delete", "Takes a job out of the schedule.", name_schema(), remove).light(),
      function<Purge>("schedule.purge", "Takes every job out that was added here.", change_schema<Purge>(), purge).light(),
      function<Name>("schedule.enable_job", "Lets a job run again.", name_schema(), enable_job).light(),
      function<Name>("schedule.disable_job", "Keeps a job in the schedule and does not run it.", name_schema(), disable_job).light(),
      function<Purge>("schedule.enable", "Lets the schedule run again.", change_schema<Purge>(), enable).light(),
      function<Purge>("schedule.disable", "Runs no job of the schedule.", change_schema<Purge>(), disable).light(),
      function<Name>("schedule.run_job", "Runs a job of the schedule now.", name_schema(), run_job).light(),
      free_function("schedule.save", "Nothing to do: every change is kept at once.", save).light(),
      free_function("schedule.reload", "Reads the pillar's schedule anew; what is kept here is read whenever it changes.", reload).light(),
      function<Times>("schedule.postpone_job", "Moves one run of a job to another time.", times_schema(true), postpone_job).light(),
      function<Times>("schedule.skip_job", "Leaves one run of a job out.", times_schema(false), skip_job).light(),
      function<Status>("schedule.show_next_fire_time", "When a job runs next.", status_schema(), show_next_fire_time).light(),
      function<Status>("schedule.job_status", "A job, when it ran last and runs next, and why it was left out.", status_schema(), job_status).light(),
  };
}

}  // namespace halite::minion
