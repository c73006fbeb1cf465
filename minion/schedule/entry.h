// One job of a schedule, as configuration, pillar and schedule.add say it. Names are Salt's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "minion/schedule/cron_time.h"
#include "minion/schedule/occasion.h"
#include "states/providers/schedule_options.h"

namespace halite::minion {

using states::ScheduleOptions;

struct ScheduleEntry {
  ScheduleOptions options;
  // Of these one: how often, or when.
  std::optional<std::chrono::seconds> interval;
  std::vector<Occasion> occasions;
  std::optional<CronTime> cron;
  std::optional<Moment> once;

  std::optional<Span> range, quiet;  // range, skip_during_range
  std::optional<Occasion> after, until;
  int splay_least = 0, splay_most = 0;  // seconds
  std::vector<Moment> extra, skipped;   // run_explicit, skip_explicit

  // The next time by itself, after this moment; nothing for an interval and for what comes no more.
  std::optional<Moment> next(Moment moment) const;
};

// `whens` are the named times of pillar or grains. Throws Error(invalid) that names the job and what is wrong with it.
ScheduleEntry schedule_entry(const std::string& name, const Value& said, const Map& whens = {});

// Names in a schedule that are not jobs: `enabled`, `splay`, `skip_during_range`.
bool is_schedule_setting(const std::string& name);

}  // namespace halite::minion
