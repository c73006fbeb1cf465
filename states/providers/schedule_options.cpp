#include "states/providers/schedule_options.h"

namespace halite::states {

using S = ScheduleOptions;

const Schema<ScheduleOptions>& schedule_options_schema() {
  static const auto schema =
      Schema<S>()
          .key(&S::name, "name", "Name of the job; it is its key in the schedule.")
          .required(&S::function, "function", "Function to run.").alias("func")
          .optional(&S::args, "args", "Its arguments.").alias("job_args")
          .optional(&S::kwargs, "kwargs", "Its named arguments.").alias("job_kwargs")
          .optional(&S::seconds, "seconds", "Run again after so many seconds; adds to minutes, hours and days.")
          .optional(&S::minutes, "minutes", "Run again after so many minutes.")
          .optional(&S::hours, "hours", "Run again after so many hours.")
          .optional(&S::days, "days", "Run again after so many days.")
          .optional(&S::when, "when", "Run at this time, or these: 5:00pm, Monday 9:30, 2026-11-25 17:00, or a name in the pillar's `whens`.")
          .optional(&S::cron, "cron", "Run at the times of a crontab: */5 * * * *.")
          .optional(&S::once, "once", "Run once at this time.")
          .optional(&S::once_fmt, "once_fmt", "How `once` is written, in the words of strptime.")
          .optional(&S::range, "range", "Only from `start` to `end`; outside of it with `invert`.")
          .optional(&S::skip_during_range, "skip_during_range", "Not from `start` to `end`.")
          .optional(&S::run_after_skip_range, "run_after_skip_range", "Run at the end of skip_during_range when that kept it from running.")
          .optional(&S::splay, "splay", "Up to so many seconds later, by chance; or from `start` to `end`.")
          .optional(&S::run_on_start, "run_on_start", "Run when the minion starts, too.")
          .optional(&S::maxrunning, "maxrunning", "Most runs of this job at the same time.")
          .optional(&S::jid_include, "jid_include", "Count the runs for maxrunning.")
          .optional(&S::return_job, "return_job", "Send the result to the master: true, false, or nocache for the event alone.")
          .optional(&S::returner, "returner", "Where the result goes too: a returner, or a list.")
          .optional(&S::enabled, "enabled", "Run it at all.")
          .optional(&S::after, "after", "Not before this time.")
          .optional(&S::until, "until", "Not from this time on.")
          .optional(&S::metadata, "metadata", "Map that goes with the result.")
          .optional(&S::dry_run, "dry_run", "Never run it; only reckon its times.")
          .optional(&S::run_explicit, "run_explicit", "Further times, as schedule.postpone_job sets them.")
          .optional(&S::skip_explicit, "skip_explicit", "Times left out, as schedule.skip_job sets them.");
  return schema;
}

Map schedule_item(const ScheduleOptions& options) {
  static const Map standard = schedule_options_schema().encode({});
  Map item;
  for (const auto& [key, value] : schedule_options_schema().encode(options)) {
    const Value* usual = standard.find(key);
    if (!usual || *usual != value) item.set(key, value);
  }
  item.set("enabled", options.enabled);
  item.set("jid_include", options.jid_include);
  item.set("maxrunning", options.maxrunning);
  return item;
}

}  // namespace halite::states
