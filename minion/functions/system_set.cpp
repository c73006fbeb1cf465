// system.*: the clock, and what the machine calls itself to people.
#include <regex>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "states/arguments.h"

namespace halite::minion {
namespace {

using states::Number;

struct Clock {
  std::optional<Number> years, months, days, hours, minutes, seconds;
  std::optional<std::string> utc_offset;
  std::string text;
};
struct Description {
  std::string desc;
};

// "'-0500'" came through a shell with its quotes.
std::string offset_of(const Clock& args) {
  if (!args.utc_offset) return "";
  const std::string offset = replace_all(*args.utc_offset, "'", "");
  if (!std::regex_match(offset, std::regex("[+-][0-9]{4}"))) throw Error(ErrorKind::invalid, "'{}' is no offset; one looks like +0200", escape_control(offset));
  return " " + offset;
}

bool has_settable_clock(Call& call) {
  const auto program = call.tools.host.find_program("hwclock");
  return program && call.tools.host.execute({.argv = {"hwclock", "--test", "--systohc"}}).exit_code == 0;
}

// The hardware's clock follows, where there is one.
Value set_clock(const std::string& when, Call& call) {
  call.tools.host.run({"date", "--set", when});
  if (has_settable_clock(call)) call.tools.host.run({"hwclock", "--systohc"});
  return true;
}

std::string part(const std::optional<Number>& asked, std::int64_t least, std::int64_t most, const char* name, const std::string& now) {
  if (!asked) return now;
  if (asked->value < least || asked->value > most) throw Error(ErrorKind::invalid, "{} is no number of {}", asked->value, name);
  return fmt::format("{:02}", asked->value);
}

Value set_date_time(const Clock& args, Call& call) {
  const std::string offset = offset_of(args);
  const auto now = split(std::string(trim(call.tools.host.run({"date", "+%Y,%m,%d,%H,%M,%S"}))), ',');
  if (now.size() != 6) throw Error(ErrorKind::unavailable, "date does not tell the time");
  return set_clock(fmt::format("{}-{}-{} {}:{}:{}{}", part(args.years, 1970, 9999, "years", now[0]), part(args.months, 1, 12, "months", now[1]),
                               part(args.days, 1, 31, "days", now[2]), part(args.hours, 0, 23, "hours", now[3]), part(args.minutes, 0, 59, "minutes", now[4]),
                               part(args.seconds, 0, 59, "seconds", now[5]), offset),
                   call);
}

// "11:20", "11:20:30", "11:20 PM", "11:20:30 PM".
Value set_time(const Clock& args, Call& call) {
  static const std::regex form("[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?[AaPp][Mm])?");
  if (!std::regex_match(args.text, form)) throw Error(ErrorKind::invalid, "'{}' is no time; one looks like 11:20:30 or 11:20 PM", escape_control(args.text));
  return set_clock(args.text + offset_of(args), call);
}

// As Salt takes them: 2026-11-25, 11-25-2026, 11-25-26, 11/25/2026, 11/25/26, 2026/11/25.
Value set_date(const Clock& args, Call& call) {
  static const std::regex year_first("([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})"), month_first("([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4}|[0-9]{2})");
  std::smatch match;
  std::string date;
  if (std::regex_match(args.text, match, year_first)) date = fmt::format("{}-{}-{}", match[1].str(), match[2].str(), match[3].str());
  else if (std::regex_match(args.text, match, month_first))
    date = fmt::format("{}{}-{}-{}", match[3].length() == 2 ? "20" : "", match[3].str(), match[1].str(), match[2].str());
  else throw Error(ErrorKind::invalid, "Invalid date format: '{}'; one looks like 2026-11-25", escape_control(args.text));
  const std::string now(trim(call.tools.host.run({"date", "+%H:%M:%S"})));
  return set_clock(date + " " + now + offset_of(args), call);
}

Value settable(const None&, Call& call) { return has_settable_clock(call); }

std::string description(Host& host) {
  if (const auto text = host.read_file_if_exists("/etc/machine-info"))
    for (const auto& line : split_lines(*text))
      if (const auto trimmed = trim(line); trimmed.starts_with("PRETTY_HOSTNAME=")) {
        std::string value(trimmed.substr(16));
        if (value.size() > 1 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        return replace_all(value, "\\\"", "\"");
      }
  return "";
}

// False when there is none.
Value get_description(const None&, Call& call) {
  const std::string text = description(call.tools.host);
  return text.empty() ? Value(false) : Value(text);
}

Value set_description(const Description& args, Call& call) {
  if (args.desc.find('\n') != std::string::npos) throw Error(ErrorKind::invalid, "a description is one line");
  const std::string line = "PRETTY_HOSTNAME=\"" + replace_all(args.desc, "\"", "\\\"") + "\"";
  Host& host = call.tools.host;
  std::string changed;
  bool is_set = false;
  for (const auto& old : split_lines(host.read_file_if_exists("/etc/machine-info").value_or(""))) {
    const bool is_it = trim(old).starts_with("PRETTY_HOSTNAME=");
    changed += (is_it ? line : old) + "\n";
    is_set |= is_it;
  }
  host.replace_file("/etc/machine-info", is_set ? changed : changed + line + "\n", {});
  return true;
}

}  // namespace

std::vector<Function> system_set_functions() {
  const auto offset = [](Schema<Clock> schema) { return schema.optional(&Clock::utc_offset, "utc_offset", "Whose time it is, such as +0200. Unset: that here."); };
  return {
      function<Clock>("system.set_system_time", "Sets the time of day: system.set_system_time '11:20 PM'. Gives true.",
                      offset(Schema<Clock>().required(&Clock::text, "newtime", "The time.")), set_time),
      function<Clock>("system.set_system_date", "Sets the date: system.set_system_date 2026-11-25. Gives true.",
                      offset(Schema<Clock>().required(&Clock::text, "newdate", "The date.")), set_date),
      function<Clock>("system.set_system_date_time", "Sets date and time; what is not given stays. Gives true.",
                      offset(Schema<Clock>()
                                 .optional(&Clock::years, "years", "Year.")
                                 .optional(&Clock::months, "months", "Month, 1 to 12.")
                                 .optional(&Clock::days, "days", "Day of the month.")
                                 .optional(&Clock::hours, "hours", "Hour, 0 to 23.")
                                 .optional(&Clock::minutes, "minutes", "Minute.")
                                 .optional(&Clock::seconds, "seconds", "Second.")),
                      set_date_time),
      function("system.has_settable_hwclock", "Is there a clock of the hardware that can be set?", settable),
      function("system.get_computer_desc", "What the machine is called to people (/etc/machine-info); false when it has no such name.", get_description),
      function<Description>("system.set_computer_desc", "Sets what the machine is called to people. Gives true.",
                            Schema<Description>().required(&Description::desc, "desc", "The description: one line."), set_description),
  };
}

}  // namespace halite::minion
