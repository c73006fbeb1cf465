#include "minion/schedule/entry.h"

#include <algorithm>

namespace halite::minion {
namespace {

using S = ScheduleOptions;

// The name under which a text stands in `whens`, or the text itself.
std::string told_time(const std::string& text, const Map& whens) {
  const Value* named = whens.find(text);
  return named ? named->as_string("whens: " + text) : text;
}

Span span_from(const Map& said, const char* option) {
  const auto edge = [&](const char* name) {
    const Value* value = said.find(name);
    if (!value) throw Error(ErrorKind::invalid, "'{}' needs start and end; {} is missing", option, name);
    return occasion_from(value->as_string(fmt::format("{}: {}", option, name)));
  };
  Span span{edge("start"), edge("end")};
  if (const Value* inverted = said.find("invert")) span.is_inverted = inverted->as_bool(fmt::format("{}: invert", option));
  if (span.start.weekday || span.end.weekday)
    throw Error(ErrorKind::invalid, "'{}' can't name a day of the week; give times of the day, or dates", option);
  if (span.start.date.has_value() != span.end.date.has_value())
    throw Error(ErrorKind::invalid, "'{}' needs a date at both ends, or at none", option);
  return span;
}

std::vector<Moment> moments_of(const List& said, const char* option) {
  std::vector<Moment> moments;
  for (const auto& item : said) {
    const Map& one = item.as_map(option);
    const Value* format = one.find("time_fmt");
    moments.push_back(moment_from(one.at("time").as_string(fmt::format("{}: time", option)),
                                  format ? format->as_string("time_fmt") : "%Y-%m-%dT%H:%M:%S"));
  }
  return moments;
}

void read_interval(ScheduleEntry& entry) {
  const S& options = entry.options;
  std::int64_t total = 0;
  bool is_given = false;
  for (const auto& [count, unit] : {std::pair{options.seconds, 1}, {options.minutes, 60}, {options.hours, 3600}, {options.days, 86400}}) {
    if (!count) continue;
    if (*count < 0 || *count > 1'000'000'000) throw Error(ErrorKind::invalid, "an interval can't be {}", *count);
    is_given = true;
    total += *count * unit;
  }
  if (!is_given) return;
  if (total < 1) throw Error(ErrorKind::invalid, "the interval must be one second or more");
  entry.interval = std::chrono::seconds(total);
}

void read_splay(ScheduleEntry& entry) {
  const Value& said = entry.options.splay;
  if (said.is_null() || said == Value(false)) return;
  const auto seconds = [](const Value& value) {
    const std::int64_t count = value.as_int("splay");
    if (count < 0 || count > 10'000'000) throw Error(ErrorKind::invalid, "'splay' can't be {} seconds", count);
    return static_cast<int>(count);
  };
  if (const Map* range = said.if_map()) {
    entry.splay_least = seconds(range->at("start"));
    entry.splay_most = seconds(range->at("end"));
    if (entry.splay_most < entry.splay_least) throw Error(ErrorKind::invalid, "'splay' ends before it starts");
  } else {
    entry.splay_most = seconds(said);
    entry.splay_least = std::min(1, entry.splay_most);
  }
}

void require_one_kind(const ScheduleEntry& entry) {
  const int kinds = int{entry.interval.has_value()} + int{!entry.occasions.empty()} + int{entry.cron.has_value()} + int{entry.once.has_value()};
  if (kinds > 1)
    throw Error(ErrorKind::invalid, "it can't have two of an interval (seconds, minutes, hours, days), 'when', 'cron' and 'once'");
  if (kinds == 0 && !entry.options.run_on_start && entry.extra.empty())
    throw Error(ErrorKind::invalid, "it says no time: seconds, minutes, hours, days, when, cron, once or run_on_start");
}

ScheduleEntry read(const std::string& name, const Map& said, const Map& whens) {
  ScheduleEntry entry;
  S& options = entry.options;
  Map own;
  for (const auto& [key, value] : said)
    if (const auto* text = key.if_string(); text && !text->starts_with('_') && !value.is_null()) own.set(key, value);
  own.erase("saved");  // what schedule.list tells of it
  // No alias of the schema: in a state `fun` is the state's own function.
  if (const auto fun = own.erase("fun"); fun && !own.contains("function")) own.set("function", *fun);
  own.set("name", name);
  options = states::schedule_options_schema().decode(own, Unknown::refuse, "");
  if (options.function.empty()) throw Error(ErrorKind::invalid, "it names no function");
  if (options.maxrunning < 1) throw Error(ErrorKind::invalid, "'maxrunning' must be 1 or more, not {}", options.maxrunning);
  if (!options.return_job.is_bool() && options.return_job != Value("nocache"))
    throw Error(ErrorKind::invalid, "'return_job' must be true, false or nocache");
  if (!options.metadata.is_null() && !options.metadata.is_map()) throw Error(ErrorKind::invalid, "'metadata' must be a map");
  read_interval(entry);
  if (options.when)
    for (const auto& text : options.when->items) entry.occasions.push_back(occasion_from(told_time(text, whens)));
  if (options.cron) entry.cron.emplace(*options.cron);
  if (options.once) entry.once = moment_from(*options.once, options.once_fmt);
  if (options.range) entry.range = span_from(*options.range, "range");
  if (options.skip_during_range) entry.quiet = span_from(*options.skip_during_range, "skip_during_range");
  if (options.after) entry.after = occasion_from(*options.after);
  if (options.until) entry.until = occasion_from(*options.until);
  read_splay(entry);
  entry.extra = moments_of(options.run_explicit, "run_explicit");
  entry.skipped = moments_of(options.skip_explicit, "skip_explicit");
  require_one_kind(entry);
  return entry;
}

}  // namespace

std::optional<Moment> ScheduleEntry::next(Moment moment) const {
  if (cron) return cron->after(moment);
  if (once) return *once > moment ? once : std::nullopt;
  std::optional<Moment> first;
  for (const auto& occasion : occasions)
    if (const auto then = occasion.after(moment); then && (!first || *then < *first)) first = then;
  return first;
}

ScheduleEntry schedule_entry(const std::string& name, const Value& said, const Map& whens) {
  ScheduleEntry entry;
  during([&] { entry = read(name, said.as_map("the job"), whens); }, "reading the scheduled job '{}'", escape_control(name));
  return entry;
}

bool is_schedule_setting(const std::string& name) { return name == "enabled" || name == "splay" || name == "skip_during_range"; }

}  // namespace halite::minion
