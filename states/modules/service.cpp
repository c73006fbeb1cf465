// Services: running, dead, enabled, disabled, masked and unmasked.
#include "states/providers/services.h"

#include "states/arguments.h"
#include "states/modules.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Service {
  std::string name;
  std::optional<bool> running, enable, masked;
  std::optional<Number> init_delay;
  std::string sig;
  bool reload = false, full_restart = false, force = false, no_block = false;
  bool unmask = false, unmask_runtime = false, runtime = false;
};

const std::vector<std::pair<std::string, std::string>> swallowed{
    {"restart", "a watched change restarts the service anyway; use 'reload' to reload it instead"},
    {"provider", "services are systemd's"},
    {"enabled", "use 'enable'"},
};

Schema<Service> named() {
  return Schema<Service>().key(&Service::name, "name", "Service or unit, such as ssh or ssh.socket.");
}

Schema<Service> run_schema() {
  return named()
      .property(&Service::enable, "enable", "Start it at boot, or not. Unset: leave that alone.")
      .parameter(&Service::sig, "sig", "Kept for Salt's trees; systemd knows what runs.")
      .parameter(&Service::init_delay, "init_delay", "Seconds to wait after starting before it is looked at.")
      .parameter(&Service::reload, "reload", "A watched change reloads instead of restarting.")
      .parameter(&Service::full_restart, "full_restart", "Kept for Salt's trees; a restart is a full one.")
      .parameter(&Service::force, "force", "With reload: restart what can't reload.")
      .parameter(&Service::no_block, "no_block", "Do not wait until it has started or stopped.")
      .parameter(&Service::unmask, "unmask", "Unmask it first.")
      .parameter(&Service::unmask_runtime, "unmask_runtime", "With unmask: also what is masked until the next boot.");
}

std::optional<Service> read(const Service& asked, World& world) {
  const ServiceStatus status = service_status(asked.name, world.host);
  if (!status.is_known) return std::nullopt;
  Service service;
  service.name = asked.name;
  service.running = status.is_running;
  // What can't be enabled (static units) is as enabled as it gets.
  service.enable = status.can_be_enabled ? std::optional(status.is_enabled) : asked.enable;
  service.masked = status.is_masked;
  return service;
}

Argv blocking(const Service& want) {
  return want.no_block ? Argv{"--no-block"} : Argv{};
}

void apply(const std::optional<Service>& now, const std::optional<Service>& want, World& world) {
  if (!now) throw Error(ErrorKind::not_found, "The named service {} is not available", want->name);
  const Argv runtime = want->runtime ? Argv{"--runtime"} : Argv{};
  if (want->unmask && now->masked == true)
    tell_service("unmask", want->name, world.host, want->unmask_runtime ? Argv{"--runtime"} : Argv{});
  if (want->masked && now->masked != want->masked)
    tell_service(*want->masked ? "mask" : "unmask", want->name, world.host, runtime);
  if (want->enable && now->enable != want->enable)
    tell_service(*want->enable ? "enable" : "disable", want->name, world.host);
  if (want->running && now->running != want->running)
    tell_service(*want->running ? "start" : "stop", want->name, world.host, blocking(*want));
  if (want->init_delay) world.host.sleep(std::chrono::seconds(want->init_delay->value));
}

// A service that is not there is dead and disabled; what should run fails, and in a dry run may yet be installed.
std::optional<Outcome> settle_missing(const Service& asked, World& world, bool must_exist) {
  if (service_status(asked.name, world.host).is_known) return std::nullopt;
  if (!must_exist) return unchanged(fmt::format("The named service {} is not available", asked.name));
  if (!world.dry_run) return failed(fmt::format("The named service {} is not available", asked.name));
  return Outcome{.result = Result::would_change,
                 .comment = fmt::format(
                     "Service {} not present; if created in this state run, it would have been started", asked.name)};
}

Outcome refresh_running(const Service& asked, World& world) {
  const bool runs = service_status(asked.name, world.host).is_running;
  const std::string verb = !runs ? "start" : asked.reload ? (asked.force ? "reload-or-restart" : "reload") : "restart";
  const std::string past = verb == "reload-or-restart" ? "forcefully reloaded" : verb + "ed";
  if (world.dry_run) return {.result = Result::would_change, .comment = "Service is set to be " + past};
  tell_service(verb, asked.name, world.host, blocking(asked));
  if (asked.init_delay) world.host.sleep(std::chrono::seconds(asked.init_delay->value));
  if (!asked.no_block && !service_status(asked.name, world.host).is_running)
    return failed(fmt::format("Failed to {} the service", verb));
  return {.result = Result::changed, .comment = "Service " + past, .changes = {{asked.name, true}}};
}

Outcome refresh_dead(const Service& asked, World& world) {
  if (!service_status(asked.name, world.host).is_running) return unchanged("Service is already stopped");
  if (world.dry_run) return {.result = Result::would_change, .comment = "Service is set to be stopped"};
  tell_service("stop", asked.name, world.host, blocking(asked));
  return {.result = Result::changed, .comment = "Service stopped", .changes = {{asked.name, true}}};
}

bool has(const Change<Service>& change, const char* field) {
  for (const Difference& difference : change.differences)
    if (difference.field == field) return true;
  return false;
}

// One word says it, as in Salt: {"nginx": true}.
Map changes(const Change<Service>& change) {
  for (const Difference& difference : change.differences)
    if (difference.field == "enable" || difference.field == "running" || difference.field == "masked")
      return {{change.asked.name, has(change, "running") ? Value(true) : difference.after}};
  return {};
}

std::string enable_part(const Change<Service>& change) {
  if (!has(change, "enable") || !change.asked.enable) return "";
  return *change.asked.enable ? "enabled" : "disabled";
}

Wording<Service> run_words(bool runs) {
  Wording<Service> words;
  words.correct = [runs](const Service& asked) {
    return fmt::format(fmt::runtime(runs ? "The service {} is already running" : "The service {} is already dead"),
                       asked.name);
  };
  words.planned = [runs](const Change<Service>& change) {
    if (!has(change, "running")) return fmt::format("Service {} set to be {}", change.asked.name, enable_part(change));
    return fmt::format("Service {} is set to {}", change.asked.name, runs ? "start" : "be killed");
  };
  words.done = [runs](const Change<Service>& change) {
    const std::string state = runs ? "running" : "dead";
    if (!has(change, "running"))
      return fmt::format("Service {} has been {}, and is in the desired state", change.asked.name, enable_part(change));
    const std::string enabled = enable_part(change);
    if (!enabled.empty()) return fmt::format("Service {} has been {}, and is {}", change.asked.name, enabled, state);
    return runs ? fmt::format("Started service {}", change.asked.name)
                : fmt::format("Service {} was killed", change.asked.name);
  };
  words.changes = changes;
  return words;
}

Wording<Service> word(const char* state) {
  Wording<Service> words;
  words.correct = [state](const Service& asked) {
    return fmt::format("Service {} is already {}, and is in the desired state", asked.name, state);
  };
  words.planned = [state](const Change<Service>& change) {
    return fmt::format("Service {} set to be {}", change.asked.name, state);
  };
  words.done = [state](const Change<Service>& change) {
    return fmt::format("Service {} has been {}, and is in the desired state", change.asked.name, state);
  };
  words.changes = changes;
  return words;
}

Resource<Service> resource(Schema<Service> schema, bool must_exist) {
  Resource<Service> service{.name = "service", .schema = std::move(schema), .read = read, .apply = apply};
  service.derived = Schema<Service>()
                        .property(&Service::running, "running", "It runs.")
                        .property(&Service::masked, "masked", "It is masked: nothing can start it.");
  service.prepare = [must_exist](Service& asked, World& world) { return settle_missing(asked, world, must_exist); };
  service.ignored = swallowed;
  return service;
}

Target<Service> with(std::optional<bool> Service::*field, bool value) {
  return [field, value](const Service& asked) -> std::optional<Service> {
    Service want = asked;
    want.*field = value;
    if (field == &Service::running && want.unmask) want.masked = false;
    return want;
  };
}

Function state_of(const char* name, const char* doc, std::optional<bool> Service::*field, bool value, bool must_exist) {
  Schema<Service> schema = named();
  if (field == &Service::masked) schema.parameter(&Service::runtime, "runtime", "Only until the next boot.");
  Resource<Service> service = resource(schema, must_exist);
  // `enable` is no argument of these: it is what they say.
  service.derived.property(&Service::enable, "enable", "It starts at boot.");
  return service.ensure(name, doc, {{"name", "ssh"}}, with(field, value), word(name));
}

}  // namespace

Module service() {
  Resource<Service> run = resource(run_schema(), true);
  run.refresh = refresh_running;
  Resource<Service> stop = resource(run_schema(), false);
  stop.refresh = refresh_dead;
  const Map example{{"name", "ssh"}, {"enable", true}};
  return {"service",
          "Services of systemd.",
          {run.ensure("running", "The service runs; a watched change restarts or reloads it.", example,
                      with(&Service::running, true), run_words(true)),
           stop.ensure("dead", "The service does not run.", {{"name", "ssh"}}, with(&Service::running, false),
                       run_words(false)),
           state_of("enabled", "The service starts at boot.", &Service::enable, true, true),
           state_of("disabled", "The service does not start at boot.", &Service::enable, false, false),
           state_of("masked", "Nothing can start the service.", &Service::masked, true, true),
           state_of("unmasked", "The service can be started.", &Service::masked, false, false)}};
}

}  // namespace halite::states
