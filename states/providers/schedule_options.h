// What can be said of a job in a schedule: in configuration, pillar, schedule.add and schedule.present. Names are Salt's.
#pragma once

#include <optional>
#include <string>

#include "common/config/setting_types.h"
#include "common/data/schema.h"

namespace halite::states {

struct ScheduleOptions {
  std::string name;
  std::string function;
  List args;
  Map kwargs;
  std::optional<std::int64_t> seconds, minutes, hours, days;
  std::optional<TextList> when;
  std::optional<std::string> cron, once;
  std::string once_fmt = "%Y-%m-%dT%H:%M:%S";
  std::optional<Map> range, skip_during_range;
  bool run_after_skip_range = false;
  Value splay;
  bool run_on_start = false;
  std::int64_t maxrunning = 1;
  bool jid_include = true;
  Value return_job = true;
  TextList returner;
  bool enabled = true;
  std::optional<std::string> after, until;
  Value metadata;
  bool dry_run = false;
  List run_explicit, skip_explicit;
};
const Schema<ScheduleOptions>& schedule_options_schema();

// As it is kept: what differs from the defaults, and what Salt always writes.
Map schedule_item(const ScheduleOptions& options);


}  // namespace halite::states
