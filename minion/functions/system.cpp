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

Value date(Call& call, const char* format) {
  return std::string(trim(call.tools.host.run({"date", format})));
}

}  // namespace

std::vector<Function> system_functions() {
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
      function("system.get_system_time", "The time of day.", [](const None&, Call& c) { return date(c, "+%I:%M:%S %p"); }),
      function("system.get_system_date", "The date.", [](const None&, Call& c) { return date(c, "+%Y-%m-%d"); }),
      function("system.get_system_date_time", "Date and time.",
               [](const None&, Call& c) { return date(c, "+%Y-%m-%d %H:%M:%S"); }),
      function("system.get_reboot_required_witnessed", "Does the system ask for a boot (/run/reboot-required)?",
               [](const None&, Call& c) -> Value { return c.tools.host.status("/run/reboot-required").has_value(); }),
  };
}

}  // namespace halite::minion
