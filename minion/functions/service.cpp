// service.*: services of the machine.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "states/providers/services.h"

namespace halite::minion {
namespace {

struct Service {
  std::string name, sig;
  bool no_block = false, unmask = false, unmask_runtime = false, runtime = false;
};

Value tell(const char* verb, const Service& args, Call& call) {
  Host& host = call.tools.host;
  states::fresh_service_status(args.name, host);
  if (args.unmask && states::is_service_masked(args.name, false, host)) states::tell_service("unmask", args.name, host);
  if (args.unmask_runtime && states::is_service_masked(args.name, true, host))
    states::tell_service("unmask", args.name, host, {"--runtime"});
  Argv options;
  if (args.no_block) options.push_back("--no-block");
  if (args.runtime) options.push_back("--runtime");
  states::tell_service(verb, args.name, host, options);
  return true;
}

bool has_glob(const std::string& name) { return name.find_first_of("*?[") != std::string::npos; }

Value status(const Service& args, Call& call) {
  Host& host = call.tools.host;
  if (!has_glob(args.name)) return states::service_status(args.name, host).is_running;
  Map result;
  for (const auto& name : states::services_by_state("", host))
    if (name.find("@.") == std::string::npos && !name.ends_with('@') && glob_match(args.name, name))
      result.set(name, states::service_status(name, host).is_running);
  return result;
}

Value show(const Service& args, Call& call) {
  Map result;
  for (const auto& line : split_lines(call.tools.host.run({"systemctl", "show", states::unit_name(args.name)}))) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string name = line.substr(0, equals), value = line.substr(equals + 1);
    const bool is_list = name == "Before" || name == "After" || name == "Wants";
    result.set(name, is_list ? Value(split_words(value)) : Value(value));
  }
  return result;
}

Value daemon_reload(const None&, Call& call) {
  call.tools.host.run({"systemctl", "--system", "daemon-reload"});
  return true;
}

Function verb(const char* name, const char* doc, Value (*run)(const Service&, Call&)) {
  auto schema = Schema<Service>()
                    .required(&Service::name, "name", "Service or unit, such as ssh or ssh.socket.")
                    .optional(&Service::no_block, "no_block", "Do not wait until it is done.")
                    .optional(&Service::unmask, "unmask", "Unmask it first.")
                    .optional(&Service::unmask_runtime, "unmask_runtime", "Remove a mask until the next boot first.");
  return function<Service>(name, doc, std::move(schema), run);
}

Function ask(const char* name, const char* doc, Value (*run)(const Service&, Call&)) {
  auto schema = Schema<Service>()
                    .required(&Service::name, "name", "Service or unit, such as ssh or ssh.socket.")
                    .optional(&Service::sig, "sig", "Kept for Salt's callers; the service manager knows what runs.");
  return function<Service>(name, doc, std::move(schema), run);
}

Function mask(const char* name, const char* doc, Value (*run)(const Service&, Call&)) {
  auto schema = Schema<Service>()
                    .required(&Service::name, "name", "Service or unit, such as ssh or ssh.socket.")
                    .optional(&Service::runtime, "runtime", "Only until the next boot.");
  return function<Service>(name, doc, std::move(schema), run);
}

}  // namespace

std::vector<Function> service_functions() {
  using S = Service;
  return {
      verb("service.start", "Starts a service.", [](const S& a, Call& c) { return tell("start", a, c); }),
      verb("service.stop", "Stops a service.", [](const S& a, Call& c) { return tell("stop", a, c); }),
      verb("service.restart", "Restarts a service.", [](const S& a, Call& c) { return tell("restart", a, c); }),
      verb("service.reload", "Has a service read its configuration again.",
           [](const S& a, Call& c) { return tell("reload", a, c); }),
      verb("service.force_reload", "Reloads a service, or restarts it where it can't be.",
           [](const S& a, Call& c) { return tell("reload-or-restart", a, c); }),
      verb("service.enable", "Has a service start at boot.", [](const S& a, Call& c) { return tell("enable", a, c); }),
      verb("service.disable", "Has a service not start at boot.",
           [](const S& a, Call& c) { return tell("disable", a, c); }),
      mask("service.mask", "Masks a service: nothing can start it.",
           [](const S& a, Call& c) { return tell("mask", a, c); }),
      mask("service.unmask", "Unmasks a service.", [](const S& a, Call& c) { return tell("unmask", a, c); }),
      mask("service.masked", "Is the service masked?",
           [](const S& a, Call& c) -> Value { return states::is_service_masked(a.name, a.runtime, c.tools.host); })
          .light(),
      ask("service.status", "Does the service run? For a glob: a map of all that match.", status),
      ask("service.available", "Is there such a service?",
          [](const S& a, Call& c) -> Value { return states::fresh_service_status(a.name, c.tools.host).is_known; }),
      ask("service.missing", "Is there no such service?",
          [](const S& a, Call& c) -> Value { return !states::fresh_service_status(a.name, c.tools.host).is_known; }),
      ask("service.enabled", "Does the service start at boot?",
          [](const S& a, Call& c) -> Value { return states::service_status(a.name, c.tools.host).is_enabled; }),
      ask("service.disabled", "Does the service not start at boot?",
          [](const S& a, Call& c) -> Value { return !states::service_status(a.name, c.tools.host).is_enabled; }),
      ask("service.show", "Every property of a unit of systemd.", show),
      function("service.get_all", "Names of all services.",
               [](const None&, Call& c) -> Value { return states::services_by_state("", c.tools.host); }),
      function("service.get_enabled", "Names of services that start at boot.",
               [](const None&, Call& c) -> Value { return states::services_by_state("enabled", c.tools.host); }),
      function("service.get_disabled", "Names of services that do not start at boot.",
               [](const None&, Call& c) -> Value { return states::services_by_state("disabled", c.tools.host); }),
      function("service.get_static", "Names of services that need no enabling.",
               [](const None&, Call& c) -> Value { return states::services_by_state("static", c.tools.host); }),
      function("service.get_running", "Names of services that run.",
               [](const None&, Call& c) -> Value { return states::running_services(c.tools.host); }),
      function("service.systemctl_reload", "Has systemd read its unit files again.", daemon_reload),
  };
}

}  // namespace halite::minion
