#include "minion/schedule/timetable.h"

#include <algorithm>
#include <array>

namespace halite::minion {
namespace {

constexpr std::chrono::hours small_step_back{1};

std::int64_t seconds_of(Moment moment) { return moment.time_since_epoch().count(); }

}  // namespace

std::chrono::seconds Timetable::splay(const ScheduleEntry& entry) {
  return std::chrono::seconds(entry.splay_most > 0 ? random_(entry.splay_least, entry.splay_most) : 0);
}

void Timetable::plan(const ScheduleEntry& entry, Progress& progress, Moment from) {
  progress.next = entry.next(from);
  progress.at = progress.next ? std::optional(*progress.next + splay(entry)) : std::nullopt;
}

void Timetable::load(std::map<std::string, Said> jobs, bool is_enabled, const Map& last_runs, Instant now) {
  is_enabled_ = is_enabled;
  std::map<std::string, Progress> progress;
  for (const auto& [name, job] : jobs) {
    const auto known = said_.find(name);
    if (known != said_.end() && known->second.said == job.said) {
      progress[name] = progress_[name];
      continue;
    }
    Progress& fresh = progress[name];
    const Value* last = last_runs.find(name);
    if (last && last->if_int()) fresh.last_run = Moment(std::chrono::seconds(*last->if_int()));
    if (known != said_.end()) {
      fresh.is_new = false;
      fresh.last_run = progress_[name].last_run;
    }
    if (job.entry.interval) {
      // A last run that lies ahead says only that the clock was wrong.
      const bool is_known = fresh.last_run && *fresh.last_run <= now.wall;
      const auto since = is_known ? std::min(now.wall - *fresh.last_run, *job.entry.interval) : std::chrono::seconds(0);
      fresh.at_steady = now.steady + (*job.entry.interval - since) + splay(job.entry);
    } else {
      plan(job.entry, fresh, now.wall);
    }
  }
  said_ = std::move(jobs);
  progress_ = std::move(progress);
}

// The clock was set back: the times to come are other ones.
void Timetable::note_time(Instant now) {
  if (previous_ && now.wall < *previous_) {
    const bool is_small = *furthest_ - now.wall <= small_step_back;
    if (!is_small) furthest_ = now.wall;
    for (auto& [name, progress] : progress_)
      if (progress.next) plan(said_.at(name).entry, progress, *furthest_);
  }
  furthest_ = std::max(furthest_.value_or(now.wall), now.wall);
}

bool Timetable::is_time(const ScheduleEntry& entry, Progress& progress, Instant now) {
  bool is_due = false;
  if (entry.options.run_on_start && progress.is_new) is_due = true;
  progress.is_new = false;
  if (progress.at_quiet_end && *progress.at_quiet_end < now.wall) {
    progress.at_quiet_end.reset();
    is_due = true;
  }
  if (progress.at_steady && *progress.at_steady <= now.steady) {
    progress.at_steady = now.steady + *entry.interval + splay(entry);
    is_due = true;
  }
  if (progress.at && *progress.at <= now.wall) {
    plan(entry, progress, now.wall);
    is_due = true;
  }
  const auto passes = [&](Moment extra) { return previous_ && *previous_ < extra && extra <= now.wall; };
  return is_due || std::any_of(entry.extra.begin(), entry.extra.end(), passes);
}

std::string Timetable::reason_to_skip(const ScheduleEntry& entry, Moment now) const {
  if (!is_enabled_ || !entry.options.enabled) return "disabled";
  if (entry.range && !entry.range->holds(now)) return entry.range->is_inverted ? "in_skip_range" : "not_in_range";
  if (entry.quiet && entry.quiet->holds(now)) return "in_skip_range";
  if (entry.until && entry.until->near(now) <= now) return "until_passed";
  if (entry.after && entry.after->near(now) >= now) return "after_not_passed";
  return "";
}

std::vector<ScheduleOptions> Timetable::due(Instant now, const std::function<std::int64_t(const std::string&)>& running) {
  note_time(now);
  std::vector<ScheduleOptions> jobs;
  has_skipped_ = false;
  for (auto& [name, said] : said_) {
    const ScheduleEntry& entry = said.entry;
    Progress& progress = progress_[name];
    const std::array planned{progress.next, progress.at, std::optional(now.wall), std::optional(now.wall - std::chrono::seconds(1))};
    if (!is_time(entry, progress, now)) continue;
    std::string reason = reason_to_skip(entry, now.wall);
    if (reason == "in_skip_range" && entry.quiet && entry.options.run_after_skip_range)
      progress.at_quiet_end = entry.quiet->end_of(now.wall);
    if (reason.empty() && std::find_first_of(planned.begin(), planned.end(), entry.skipped.begin(), entry.skipped.end()) != planned.end())
      reason = "skip_explicit";
    if (reason.empty() && entry.options.jid_include && running(name) >= entry.options.maxrunning) reason = "maxrunning";
    progress.skip_reason = reason;
    progress.skipped_at = reason.empty() ? std::nullopt : std::optional(now.wall);
    has_skipped_ = has_skipped_ || !reason.empty();
    if (!reason.empty()) continue;
    progress.last_run = now.wall;
    if (!entry.options.dry_run) jobs.push_back(entry.options);
  }
  previous_ = now.wall;
  return jobs;
}

Map Timetable::status(Instant now) const {
  Map all;
  for (const auto& [name, progress] : progress_) {
    Map one;
    std::optional<Moment> next = progress.at;
    if (progress.at_steady) next = now.wall + std::chrono::ceil<std::chrono::seconds>(*progress.at_steady - now.steady);
    if (next) one.set("_next_fire_time", seconds_of(*next));
    if (progress.last_run) one.set("_last_run", seconds_of(*progress.last_run));
    if (progress.skipped_at) {
      one.set("_skip_reason", progress.skip_reason);
      one.set("_skipped_time", seconds_of(*progress.skipped_at));
    }
    all.set(name, one);
  }
  return all;
}

}  // namespace halite::minion
