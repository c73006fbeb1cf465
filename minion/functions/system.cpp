// system.*: boot, shutdown, time. What ends the machine refuses in a container.
#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "states/arguments.h"

namespace halite::minion {
namespace {

struct When {
  std::optional<states::Number> at_time;
};
struct Level {
  states::Text runlevel;
};

// The host of a container is not ours to stop, and PID 1 in it is often the one program it is for.
void refuse_in_container(Call& call) {
  Host& host = call.tools.host;
  std::string kind(trim(host.read_file_if_exists("/run/systemd/container").value_or("")));
  if (kind.empty() && host.status("/.dockerenv")) kind = "docker";
  if (kind.empty() && host.status("/run/.containerenv")) kind = "podman";
  if (kind.empty()) return;
  throw Error(ErrorKind::denied, "{} refuses: this is a container ({})", call.name, kind);
}

Value shut_down(const char* option, const When& args, Call& call) {
  refuse_in_container(call);
  const std::string when = args.at_time ? fmt::format("+{}", args.at_time->value) : "now";
  call.tools.host.run({"shutdown", option, when});
  return true;
}

Value init(const Level& args, Call& call) {
  refuse_in_container(call);
  const std::string& level = args.runlevel.text;
  if (level.size() != 1 || std::string("0123456sS").find(level) == std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no runlevel; they are 0 to 6 and s", escape_control(level));
  call.tools.host.run({"init", level});
  return true;
}

struct Offset {
  std::optional<std::string> utc_offset;
};

// "+0200" as the name of a time zone that is that far east, which POSIX counts the other way round.
std::string zone_of(const std::string& text) {
  const std::string unquoted = replace_all(text, "'", ""), offset = unquoted.size() == 4 ? "+" + unquoted : unquoted;
  const bool is_offset = offset.size() == 5 && (offset[0] == '+' || offset[0] == '-') &&
                         offset.find_first_not_of("0123456789", 1) == std::string::npos;
  if (!is_offset) throw Error(ErrorKind::invalid, "'{}' is no offset from UTC; one looks like +0200", escape_control(offset));
  return fmt::format("UTC{}{}:{}", offset[0] == '+' ? '-' : '+', offset.substr(1, 2), offset.substr(3));
}

Value date(const Offset& args, Call& call, const char* format) {
  if (!args.utc_offset) return std::string(trim(call.tools.host.run({"date", format})));
  return std::string(trim(call.tools.host.run({"env", "TZ=" + zone_of(*args.utc_offset), "date", format})));
}

}  // namespace

std::vector<Function> system_functions() {
  const auto offset = Schema<Offset>().optional(&Offset::utc_offset, "utc_offset", "Offset from UTC, such as +0200. Unset: the system's.");
  const auto when = Schema<When>().optional(&When::at_time, "at_time", "Minutes from now. Unset: at once.");
  return {
      function<When>("system.reboot", "Boots the machine again. Refuses in a container.", when,
                     [](const When& a, Call& c) { return shut_down("-r", a, c); }),
      function<When>("system.shutdown", "Ends the machine and switches it off. Refuses in a container.", when,
                     [](const When& a, Call& c) { return shut_down("-h", a, c); }),
      function<When>("system.poweroff", "Ends the machine and switches it off. Refuses in a container.", when,
                     [](const When& a, Call& c) { return shut_down("-P", a, c); }),
      function<When>("system.halt", "Ends the machine without switching it off. Refuses in a container.", when,
                     [](const When& a, Call& c) { return shut_down("-H", a, c); }),
      function<Level>("system.init", "Changes the runlevel. Refuses in a container.",
                      Schema<Level>().required(&Level::runlevel, "runlevel", "0 to 6, or s."), init),
      function<Offset>("system.get_system_time", "The time of day.", offset,
                       [](const Offset& a, Call& c) { return date(a, c, "+%I:%M:%S %p"); }),
      function<Offset>("system.get_system_date", "The date.", offset,
                       [](const Offset& a, Call& c) { return date(a, c, "+%Y-%m-%d"); }),
      function<Offset>("system.get_system_date_time", "Date and time.", offset,
                       [](const Offset& a, Call& c) { return date(a, c, "+%Y-%m-%d %H:%M:%S"); }),
      function("system.get_reboot_required_witnessed", "Does the system ask for a boot (/run/reboot-required)?",
               [](const None&, Call& c) -> Value { return c.tools.host.status("/run/reboot-required").has_value(); }),
  };
}

}  // namespace halite::minion
