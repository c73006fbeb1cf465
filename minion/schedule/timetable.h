// When the jobs of a schedule are due. Knows no clock of its own: it is told the time, and asked.
//
// What happens when time does not flow evenly:
// - Intervals count on the steady clock, so that setting the clock neither holds a job up nor runs it in a burst. Across a
//   restart they go on from the last run; one that ended meanwhile runs at the start.
// - A time of day, a date, a cron time that the clock passes while we watch runs once, however many of them were passed.
//   What passed while the minion was not running is not made up.
// - A clock set back by an hour or less runs nothing again that has run.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "minion/schedule/entry.h"

namespace halite::minion {

struct Instant {
  Moment wall;
  std::chrono::steady_clock::time_point steady;
};

class Timetable {
 public:
  // `random(least, most)` gives a number from least to most.
  explicit Timetable(std::function<int(int, int)> random) : random_(std::move(random)) {}

  // These are the jobs now; those that are as before keep their times. `said` is what an entry was made of; `last_runs`:
  // name -> seconds since 1970, of a former process.
  struct Said {
    Value said;
    ScheduleEntry entry;
  };
  void load(std::map<std::string, Said> jobs, bool is_enabled, const Map& last_runs, Instant now);

  // Jobs to start now. `running` counts the runs of a job that have not ended.
  std::vector<ScheduleOptions> due(Instant now, const std::function<std::int64_t(const std::string& name)>& running);

  // How each job stands, in Salt's words: {_next_fire_time, _last_run, _skip_reason, _skipped_time}, as seconds since 1970.
  Map status(Instant now) const;
  const std::map<std::string, Said>& jobs() const { return said_; }
  // Whether the last look left something out that was due.
  bool has_skipped() const { return has_skipped_; }

 private:
  struct Progress {
    std::optional<std::chrono::steady_clock::time_point> at_steady;  // of an interval
    std::optional<Moment> next;                                      // by itself
    std::optional<Moment> at;                                        // with its splay
    std::optional<Moment> at_quiet_end;                              // run_after_skip_range
    std::optional<Moment> last_run, skipped_at;
    std::string skip_reason;
    bool is_new = true;
  };
  void plan(const ScheduleEntry& entry, Progress& progress, Moment from);
  std::chrono::seconds splay(const ScheduleEntry& entry);
  bool is_time(const ScheduleEntry& entry, Progress& progress, Instant now);
  std::string reason_to_skip(const ScheduleEntry& entry, Moment now) const;
  void note_time(Instant now);

  std::function<int(int, int)> random_;
  std::map<std::string, Said> said_;
  std::map<std::string, Progress> progress_;
  bool is_enabled_ = true, has_skipped_ = false;
  std::optional<Moment> previous_, furthest_;  // the last look, and the latest time any look saw
};

}  // namespace halite::minion
