// Services: running, dead, enabled, disabled, masked and unmasked.
#include "states/providers/services.h"

#include "states/arguments.h"
#include "states/modules.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Service {
  std::string name;
  std::optional<Flag> enable;
  std::optional<bool> running, masked;
  std::optional<Number> init_delay;
  std::string sig;
  bool reload = false, full_restart = false, force = false, no_block = false;
  bool unmask = false, unmask_runtime = false, runtime = false;
};

const std::vector<std::pair<std::string, std::string>> swallowed{
    {"restart", "a watched change restarts the service anyway; use 'reload' to reload it instead"},
    {"provider", "the service manager is found by itself"},
    {"timeout", "it means something on Windows alone"},
};

Schema<Service> named() {
  return Schema<Service>().key(&Service::name, "name", "Service or unit, such as ssh or ssh.socket.");
}

Schema<Service> run_schema() {
  return named()
      .property(&Service::enable, "enable", "Start it at boot, or not. Unset: leave that alone.")
      .parameter(&Service::sig, "sig", "Kept for Salt's trees; the service manager knows what runs.")
      .parameter(&Service::init_delay, "init_delay", "Seconds to wait after a change before it is looked at.")
      .parameter(&Service::reload, "reload", "A watched change reloads instead of restarting.")
      .parameter(&Service::full_restart, "full_restart", "Kept for Salt's trees; a restart is a full one.")
      .parameter(&Service::force, "force", "With reload: restart what can't reload.")
      .parameter(&Service::no_block, "no_block", "Do not wait until it has started or stopped.")
      .parameter(&Service::unmask, "unmask", "Unmask it first.")
      .parameter(&Service::unmask_runtime, "unmask_runtime", "Remove a mask until the next boot first.");
}

Error missing(const Service& asked) {
  return Error(ErrorKind::not_found, "The named service {} is not available", asked.name);
}

std::optional<Service> read(const Service& asked, World& world) {
  const ServiceStatus status = service_status(asked.name, world.host);
  Service service;
  service.name = asked.name;
  service.running = status.is_running;
  // What can't be enabled (static units) is as enabled as it gets.
  service.enable = status.can_be_enabled ? std::optional(Flag{status.is_enabled}) : asked.enable;
  service.masked = is_service_masked(asked.name, asked.runtime, world.host) ||
                   (asked.unmask_runtime && is_service_masked(asked.name, true, world.host));
  return service;
}

void tell(const std::string& verb, const Service& want, World& world, const Argv& options = {}) {
  tell_service(verb, want.name, world.host, options);
}

Argv blocking(const Service& want) {
  return want.no_block ? Argv{"--no-block"} : Argv{};
}

void wait_after_change(const Service& want, World& world) {
  if (want.init_delay) world.host.sleep(std::chrono::seconds(want.init_delay->value));
}

void unmask(const Service& want, World& world) {
  if (want.unmask && is_service_masked(want.name, false, world.host)) tell("unmask", want, world);
  if (want.unmask_runtime && is_service_masked(want.name, true, world.host)) tell("unmask", want, world, {"--runtime"});
}

// The tool says yes before the service is up; a service that falls over at once has not started.
void run_or_stop(const Service& want, World& world) {
  tell(*want.running ? "start" : "stop", want, world, blocking(want));
  wait_after_change(want, world);
  if (!want.no_block && service_status(want.name, world.host).is_running != *want.running)
    throw Error(ErrorKind::unavailable, "Service {} failed to {}", want.name, *want.running ? "start" : "die");
}

void apply(const std::optional<Service>& now, const std::optional<Service>& want, World& world) {
  unmask(*want, world);
  if (want->enable && now->enable != want->enable) tell(want->enable->value ? "enable" : "disable", *want, world);
  if (want->running && now->running != want->running) run_or_stop(*want, world);
}

void apply_mask(const std::optional<Service>&, const std::optional<Service>& want, World& world) {
  tell(*want->masked ? "mask" : "unmask", *want, world, want->runtime ? Argv{"--runtime"} : Argv{});
}

// What a dry run takes a service for that is not there yet: one that a package brings is enabled and started by it,
// as Debian's packages do, unless the host's policy keeps them from starting services.
struct Coming {
  bool is_coming = false, runs = false;
};

Coming coming(const Service& asked, World& world) {
  if (!world.dry_run) return {};
  std::string unit = unit_name(asked.name);
  const std::string package = unit.substr(0, unit.rfind('.'));
  if (!world.plan.has("package", package) && !requires_planned_package(world)) return {};
  return {true, !world.host.status_of_target("/usr/sbin/policy-rc.d")};
}

Outcome planned_change(const Service& asked, std::string comment) {
  return {.result = Result::would_change, .comment = std::move(comment), .changes = {{asked.name, true}}};
}

// The words for what a package's service is after the installation, and what is then left to do.
Outcome settle_coming(const Service& asked, const Coming& service, const std::string& wanted) {
  const bool is_enabled_as_asked = !asked.enable || asked.enable->value;
  const bool is_right = wanted == "enabled" || (wanted == "started" && service.runs && is_enabled_as_asked);
  if (is_right) return unchanged(fmt::format("Service {} comes with a package that would be installed", asked.name));
  return planned_change(asked, fmt::format("Service {} comes with a package that would be installed, and would be {}",
                                           asked.name, wanted));
}

// A service that is not there is dead and disabled; what should run fails, and in a dry run may yet be installed.
std::optional<Outcome> settle_missing(const Service& asked, World& world, const char* wanted) {
  const ServiceStatus status =
      world.dry_run ? service_status(asked.name, world.host) : fresh_service_status(asked.name, world.host);
  if (status.is_known) return std::nullopt;
  if (const Coming service = coming(asked, world); service.is_coming && wanted) return settle_coming(asked, service, wanted);
  if (!wanted) return unchanged(missing(asked).message());
  if (!world.dry_run) return failed(missing(asked).message());
  return planned_change(
      asked, fmt::format("Service {} not present; if created in this state run, it would have been {}", asked.name, wanted));
}

// Where systemd is installed and did not boot, nothing runs and nothing can be started.
std::optional<Outcome> settle_offline(World& world) {
  if (service_manager(world.host) != ServiceManager::offline) return std::nullopt;
  return unchanged("Running in OFFLINE mode. Nothing to do");
}

std::string verb_of_refresh(const Service& asked, bool runs) {
  if (!runs) return "start";
  if (!asked.reload) return "restart";
  return asked.force ? "reload-or-restart" : "reload";
}

Outcome refresh_running(const Service& asked, World& world) {
  if (auto settled = settle_offline(world)) return *settled;
  const ServiceStatus status =
      world.dry_run ? service_status(asked.name, world.host) : fresh_service_status(asked.name, world.host);
  const std::string verb = verb_of_refresh(asked, status.is_running || coming(asked, world).runs);
  const std::string past = verb == "reload-or-restart" ? "forcefully reloaded" : verb + "ed";
  if (world.dry_run) return planned_change(asked, "Service is set to be " + past);
  unmask(asked, world);
  tell(verb, asked, world, blocking(asked));
  wait_after_change(asked, world);
  if (!asked.no_block && !service_status(asked.name, world.host).is_running)
    return failed(fmt::format("Failed to {} the service", verb));
  return {.result = Result::changed, .comment = "Service " + past, .changes = {{asked.name, true}}};
}

Outcome refresh_dead(const Service& asked, World& world) {
  if (auto settled = settle_offline(world)) return *settled;
  if (!service_status(asked.name, world.host).is_running) return unchanged("Service is already stopped");
  if (world.dry_run) return planned_change(asked, "Service is set to be stopped");
  tell("stop", asked, world, blocking(asked));
  return {.result = Result::changed, .comment = "Service stopped", .changes = {{asked.name, true}}};
}

bool has(const Change<Service>& change, const char* field) {
  for (const Difference& difference : change.differences)
    if (difference.field == field) return true;
  return false;
}

std::string enable_part(const Change<Service>& change) {
  if (!has(change, "enable") || !change.asked.enable) return "";
  return change.asked.enable->value ? "enabled" : "disabled";
}

// {"nginx": true}; false for a service that was stopped and nothing else.
Map run_changes(const Change<Service>& change) {
  return {{change.asked.name, has(change, "enable") || change.after->running == true}};
}

std::string delay_note(const Service& asked) {
  return asked.init_delay ? fmt::format("\nDelayed return for {} seconds", asked.init_delay->value) : "";
}

Wording<Service> run_words(bool runs) {
  Wording<Service> words;
  words.correct = [runs](const Service& asked) {
    return fmt::format("The service {} is already {}", asked.name, runs ? "running" : "dead");
  };
  words.planned = [runs](const Change<Service>& change) {
    if (!has(change, "running")) return fmt::format("Service {} set to be {}", change.asked.name, enable_part(change));
    return fmt::format("Service {} is set to {}", change.asked.name, runs ? "start" : "be killed");
  };
  words.done = [runs](const Change<Service>& change) -> std::string {
    const std::string& name = change.asked.name;
    if (!has(change, "running"))
      return fmt::format("Service {} has been {}, and is in the desired state", name, enable_part(change));
    const char* state = runs ? "running" : "dead";
    const std::string delay = runs ? delay_note(change.asked) : "";
    if (const std::string enabled = enable_part(change); !enabled.empty())
      return fmt::format("Service {} has been {}, and is {}{}", name, enabled, state, delay);
    if (change.asked.enable)
      return fmt::format("Service {} is already {}, and is {}{}", name, change.asked.enable->value ? "enabled" : "disabled",
                         state, delay);
    return runs ? fmt::format("Started service {}{}", name, delay) : fmt::format("Service {} was killed", name);
  };
  words.changes = run_changes;
  return words;
}

Wording<Service> enable_words(const char* state) {
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
  words.changes = [](const Change<Service>& change) { return Map{{change.asked.name, true}}; };
  return words;
}

Wording<Service> mask_words(bool masked) {
  const auto what = [](const Service& asked, bool is_masked) {
    return fmt::format("{}{}", asked.runtime ? "runtime " : "", is_masked ? "masked" : "unmasked");
  };
  Wording<Service> words;
  words.correct = [what, masked](const Service& asked) {
    return fmt::format("Service {} {} already {}", asked.name, masked ? "is" : "was", what(asked, masked));
  };
  words.planned = [what, masked](const Change<Service>& change) {
    return fmt::format("Service {} would be {}", change.asked.name, what(change.asked, masked));
  };
  words.done = [what, masked](const Change<Service>& change) {
    return fmt::format("Service {} was {}", change.asked.name, what(change.asked, masked));
  };
  words.changes = [what, masked](const Change<Service>& change) {
    return Map{{what(change.asked, true), Map{{"old", !masked}, {"new", masked}}}};
  };
  return words;
}

Resource<Service> resource(Schema<Service> schema) {
  Resource<Service> service{.name = "service", .schema = std::move(schema), .read = read, .apply = apply};
  service.derived = Schema<Service>()
                        .property(&Service::running, "running", "It runs.")
                        .property(&Service::masked, "masked", "It is masked: nothing can start it.");
  service.ignored = swallowed;
  return service;
}

Target<Service> that_runs(bool runs) {
  return [runs](const Service& asked) -> std::optional<Service> {
    Service want = asked;
    want.running = runs;
    if (runs && (want.unmask || want.unmask_runtime)) want.masked = false;
    return want;
  };
}

Function run_function(const char* name, const char* doc, Map example, bool runs) {
  Resource<Service> service = resource(run_schema());
  service.prepare = [runs](Service& asked, World& world) -> std::optional<Outcome> {
    if (auto settled = settle_offline(world)) return settled;
    return settle_missing(asked, world, runs ? "started" : nullptr);
  };
  service.refresh = runs ? refresh_running : refresh_dead;
  return service.ensure(name, doc, std::move(example), that_runs(runs), run_words(runs));
}

Function enable_function(const char* name, const char* doc, bool enabled) {
  Resource<Service> service = resource(named());
  // `enable` is no argument of these: it is what they say.
  service.derived.property(&Service::enable, "enable", "It starts at boot.");
  service.prepare = [enabled](Service& asked, World& world) {
    return settle_missing(asked, world, enabled ? "enabled" : nullptr);
  };
  const auto target = [enabled](const Service& asked) -> std::optional<Service> {
    Service want = asked;
    want.enable = Flag{enabled};
    return want;
  };
  return service.ensure(name, doc, {{"name", "ssh"}}, target, enable_words(name));
}

// A service that is not there can be masked: it then can't come either.
Function mask_function(const char* name, const char* doc, bool masked) {
  Resource<Service> service =
      resource(named().parameter(&Service::runtime, "runtime", "Only until the next boot."));
  service.apply = apply_mask;
  const auto target = [masked](const Service& asked) -> std::optional<Service> {
    Service want = asked;
    want.masked = masked;
    return want;
  };
  return service.ensure(name, doc, {{"name", "ssh"}}, target, mask_words(masked));
}

}  // namespace

Module service() {
  return {"service",
          "Services of systemd, or of System V scripts.",
          {run_function("running", "The service runs; a watched change restarts or reloads it.",
                        {{"name", "ssh"}, {"enable", true}}, true),
           run_function("dead", "The service does not run.", {{"name", "ssh"}}, false),
           enable_function("enabled", "The service starts at boot.", true),
           enable_function("disabled", "The service does not start at boot.", false),
           mask_function("masked", "Nothing can start the service.", true),
           mask_function("unmasked", "The service can be started.", false)}};
}

}  // namespace halite::states
