#include "minion/schedule/timetable.h"

#include <catch2/catch.hpp>

#include "common/base/error.h"

using namespace halite;
using namespace halite::minion;
using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;

namespace {

// Wednesday, noon, in whatever zone the test runs.
const Moment noon = from_local(2026, 11, 25, 12 * 3600);

struct Clock {
  Instant now{noon, std::chrono::steady_clock::time_point(hours(1000))};
  int chance = 0;
  std::int64_t running = 0;
  Timetable table{[this](int least, int) { return std::max(least, chance); }};

  void load(const Map& schedule, const Map& last_runs = {}, bool is_enabled = true) {
    std::map<std::string, Timetable::Said> jobs;
    for (const auto& [name, said] : schedule)
      jobs.emplace(name.as_string(), Timetable::Said{said, schedule_entry(name.as_string(), said)});
    table.load(std::move(jobs), is_enabled, last_runs, now);
  }
  std::size_t look() {
    return table.due(now, [this](const std::string&) { return running; }).size();
  }
  // Time passes evenly, a second a look; gives how many runs there were.
  std::size_t pass(seconds span) {
    std::size_t runs = 0;
    for (seconds i{0}; i < span; ++i) {
      now.wall += seconds(1);
      now.steady += seconds(1);
      runs += look();
    }
    return runs;
  }
  void set_clock(seconds by) { now.wall += by; }
  std::string status(const char* field) {
    const Map all = table.status(now);
    const Value* value = all.begin()->value.find(field);
    if (!value) return "";
    return value->is_int() ? to_text(Moment(seconds(value->as_int()))) : value->as_string();
  }
};

Map job(Map options) {
  options.set("function", "test.ping");
  return {{"a", options}};
}

}  // namespace

TEST_CASE("an interval runs after each interval, and not at the start") {
  Clock clock;
  clock.load(job({{"minutes", 1}, {"seconds", 30}}));
  CHECK(clock.look() == 0);
  CHECK(clock.pass(seconds(89)) == 0);
  CHECK(clock.pass(seconds(1)) == 1);
  CHECK(clock.pass(seconds(180)) == 2);
}

TEST_CASE("setting the clock neither holds an interval up nor repeats it") {
  Clock clock;
  clock.load(job({{"seconds", 60}}));
  clock.set_clock(hours(-24));
  CHECK(clock.pass(seconds(60)) == 1);
  clock.set_clock(hours(48));
  CHECK(clock.look() == 0);
  CHECK(clock.pass(seconds(60)) == 1);
}

TEST_CASE("an interval goes on across a restart, and one that ended meanwhile runs at the start") {
  const auto ago = [](seconds span) { return Map{{"a", (noon - span).time_since_epoch().count()}}; };
  Clock early, late, ahead;
  early.load(job({{"hours", 1}}), ago(minutes(50)));
  CHECK(early.pass(seconds(599)) == 0);
  CHECK(early.pass(seconds(1)) == 1);
  late.load(job({{"hours", 1}}), ago(hours(30)));
  CHECK(late.look() == 1);
  CHECK(late.pass(seconds(3599)) == 0);
  ahead.load(job({{"hours", 1}}), ago(hours(-30)));
  CHECK(ahead.pass(seconds(3599)) == 0);
  CHECK(ahead.pass(seconds(1)) == 1);
}

TEST_CASE("a job runs at the times of its crontab") {
  Clock clock;
  clock.load(job({{"cron", "*/10 12-13 * * wed"}}));
  CHECK(clock.status("_next_fire_time") == "2026-11-25T12:10:00");
  CHECK(clock.pass(hours(2)) == 11);
  CHECK(clock.status("_next_fire_time") == "2026-12-02T12:00:00");
}

TEST_CASE("times that the clock passes while we watch run once, times before the start do not") {
  Clock clock;
  clock.load(job({{"cron", "*/10 * * * *"}}));
  clock.look();
  clock.set_clock(hours(5));
  CHECK(clock.look() == 1);
  CHECK(clock.pass(seconds(599)) == 0);
  Clock fresh;
  fresh.load(job({{"when", "11:59am"}}));
  CHECK(fresh.pass(seconds(120)) == 0);
}

TEST_CASE("a clock that is set back a little runs nothing again, set back far it starts over") {
  Clock clock;
  clock.load(job({{"cron", "*/10 * * * *"}}));
  CHECK(clock.pass(minutes(10)) == 1);
  clock.set_clock(minutes(-5));
  CHECK(clock.pass(seconds(14 * 60)) == 0);
  CHECK(clock.pass(minutes(1)) == 1);
  clock.set_clock(hours(-24));
  CHECK(clock.pass(minutes(10)) == 1);
}

TEST_CASE("a time of day comes daily, a named day weekly, a date once") {
  Clock clock;
  clock.load(job({{"when", List{"12:30pm", "Wed 13:00", "2026-11-25 14:00"}}}));
  CHECK(clock.pass(hours(24)) == 3);
  CHECK(clock.status("_next_fire_time") == "2026-11-26T12:30:00");
  CHECK(clock.pass(hours(24 * 7)) == 8);
  Clock once;
  once.load(job({{"once", "2026-11-25T12:01:00"}}));
  CHECK(once.pass(hours(30)) == 1);
  CHECK(once.status("_next_fire_time").empty());
}

TEST_CASE("a range holds a job back, over midnight too, and the other way round") {
  const auto runs = [](const char* start, const char* end, bool invert) {
    Clock clock;
    clock.load(job({{"hours", 1}, {"range", Map{{"start", start}, {"end", end}, {"invert", invert}}}}));
    return clock.pass(hours(24));
  };
  CHECK(runs("13:30", "16:30", false) == 3);
  CHECK(runs("22:30", "2:30am", false) == 4);
  CHECK(runs("13:30", "16:30", true) == 21);
}

TEST_CASE("what a quiet time kept from running runs at its end when it is asked for") {
  Clock clock;
  clock.load(job({{"hours", 1}, {"run_after_skip_range", true}, {"skip_during_range", Map{{"start", "12:30"}, {"end", "15:30"}}}}));
  CHECK(clock.pass(hours(1)) == 0);
  CHECK(clock.status("_skip_reason") == "in_skip_range");
  CHECK(clock.pass(minutes(150)) == 0);
  CHECK(clock.pass(seconds(1)) == 1);
}

TEST_CASE("no more runs at a time than maxrunning allows, unless they are not counted") {
  Clock clock;
  clock.load(job({{"seconds", 10}}));
  clock.running = 1;
  CHECK(clock.pass(seconds(30)) == 0);
  CHECK(clock.status("_skip_reason") == "maxrunning");
  clock.load(job({{"seconds", 10}, {"maxrunning", 2}}));
  CHECK(clock.pass(seconds(10)) == 1);
  clock.running = 50;
  clock.load(job({{"seconds", 10}, {"jid_include", false}}));
  CHECK(clock.pass(seconds(10)) == 1);
}

TEST_CASE("run_on_start runs once when the minion starts, not when the schedule is read again") {
  Clock clock;
  clock.load(job({{"run_on_start", true}, {"hours", 1}}));
  CHECK(clock.look() == 1);
  clock.load(job({{"run_on_start", true}, {"hours", 2}}));
  CHECK(clock.look() == 0);
}

TEST_CASE("a splay comes on top of the time") {
  Clock clock;
  clock.chance = 7;
  clock.load(job({{"seconds", 60}, {"splay", 10}}));
  CHECK(clock.pass(seconds(66)) == 0);
  CHECK(clock.pass(seconds(1)) == 1);
}

TEST_CASE("a disabled job and a disabled schedule run nothing") {
  Clock clock;
  clock.load(job({{"seconds", 1}, {"enabled", false}}));
  CHECK(clock.pass(seconds(5)) == 0);
  clock.load(job({{"seconds", 1}}), {}, false);
  CHECK(clock.pass(seconds(5)) == 0);
  CHECK(clock.status("_skip_reason") == "disabled");
}

TEST_CASE("after and until bound a job") {
  Clock clock;
  clock.load(job({{"hours", 1}, {"after", "2026-11-25 14:30"}, {"until", "2026-11-25 17:30"}}));
  CHECK(clock.pass(hours(24)) == 3);
}

TEST_CASE("one run is postponed, another left out") {
  const Value skipped = List{Map{{"time", "2026-11-25T13:00:00"}}}, added = List{Map{{"time", "2026-11-25T13:10:00"}}};
  Clock clock;
  clock.load(job({{"cron", "0 * * * *"}, {"skip_explicit", skipped}, {"run_explicit", added}}));
  CHECK(clock.pass(minutes(69)) == 0);
  CHECK(clock.status("_skip_reason") == "skip_explicit");
  CHECK(clock.pass(minutes(1)) == 1);
  CHECK(clock.pass(minutes(50)) == 1);
}

TEST_CASE("a job that is as before keeps its time when others change") {
  Clock clock;
  clock.load(job({{"seconds", 60}}));
  clock.pass(seconds(50));
  Map more = job({{"seconds", 60}});
  more.set("b", Map{{"function", "test.ping"}, {"hours", 9}});
  clock.load(more);
  CHECK(clock.pass(seconds(10)) == 1);
}

TEST_CASE("what can't be a job says what is wrong") {
  const auto said = [](Map options, bool has_function = true) {
    if (has_function) options.set("function", "test.ping");
    try {
      schedule_entry("a", options);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK(said({}).find("says no time") != std::string::npos);
  CHECK(said({{"seconds", 5}}, false).find("function") != std::string::npos);
  CHECK(said({{"second", 5}}).find("did you mean 'seconds'") != std::string::npos);
  CHECK(said({{"seconds", 5}, {"cron", "* * * * *"}}).find("can't have two") != std::string::npos);
  CHECK(said({{"seconds", 0}}).find("one second or more") != std::string::npos);
  CHECK(said({{"cron", "61 * * * *"}}).find("'61' is no minute; it goes from 0 to 59") != std::string::npos);
  CHECK(said({{"cron", "* * * *"}}).find("five fields") != std::string::npos);
  CHECK(said({{"when", "teatime"}}).find("'teatime' is no time") != std::string::npos);
  CHECK(said({{"when", "2026-02-30 10:00"}}).find("is no time") != std::string::npos);
  CHECK(said({{"once", "tomorrow"}}).find("%Y-%m-%dT%H:%M:%S") != std::string::npos);
  CHECK(said({{"hours", 1}, {"range", Map{{"start", "1pm"}}}}).find("end is missing") != std::string::npos);
  CHECK(said({{"hours", 1}, {"splay", Map{{"start", 9}, {"end", 1}}}}).find("ends before it starts") != std::string::npos);
  CHECK(said({{"hours", 1}, {"maxrunning", 0}}).find("maxrunning") != std::string::npos);
  CHECK(said({{"hours", 1}, {"return_job", "maybe"}}).find("nocache") != std::string::npos);
  CHECK(said({{"hours", 1}}) == "no error");
}

TEST_CASE("a crontab's fields are lists, ranges, steps and names, and either kind of day is enough") {
  const auto next = [](const char* text) { return to_text(*CronTime(text).after(noon)); };
  CHECK(next("0 0 1,15 * *") == "2026-12-01T00:00:00");
  CHECK(next("0 0 13 * fri") == "2026-11-27T00:00:00");
  CHECK(next("0 0 29 feb *") == "2028-02-29T00:00:00");
  CHECK(next("5/20 12 * * *") == "2026-11-25T12:05:00");
  CHECK(next("0 9 * * 7") == "2026-11-29T09:00:00");
  CHECK(next("@monthly") == "2026-12-01T00:00:00");
  CHECK_FALSE(CronTime("0 0 30 2 *").after(noon));
}
