// Kernel parameters: sysctl.present.
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/sysctl.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Sysctl {
  std::string name;
  Text value;
  std::string config;

  std::optional<std::string> running, saved;
};

std::optional<Outcome> prepare(Sysctl& asked, World& world) {
  if (asked.value.text.find('\n') != std::string::npos) throw Error(ErrorKind::invalid, "a value is one line");
  if (asked.config.empty()) asked.config = default_sysctl_file(world.host);
  asked.running = asked.saved = normal_sysctl_value(asked.value.text);
  if (!read_sysctl(asked.name, world.host))
    throw Error(ErrorKind::not_found, "Failed to set {} to {}: sysctl {} does not exist", asked.name, asked.value.text,
                asked.name);
  return std::nullopt;
}

std::optional<Sysctl> read(const Sysctl& asked, World& world) {
  Sysctl now;
  now.name = asked.name;
  now.running = normal_sysctl_value(read_sysctl(asked.name, world.host).value_or(""));
  const auto file = sysctl_file(asked.config, world.host);
  const auto line = file.find(asked.name);
  now.saved = line == file.end() ? "" : normal_sysctl_value(line->second);
  return now;
}

void apply(const std::optional<Sysctl>& now, const std::optional<Sysctl>& want, World& world) {
  const auto failing = [&](const auto& work) {
    try {
      work();
    } catch (const Error& error) {
      throw Error(error.kind(), "Failed to set {} to {}: {}", want->name, want->value.text, error.message());
    }
  };
  // The kernel says first whether it takes the value: a bad one does not come back at the next boot.
  if (now->running != want->running) failing([&] { set_sysctl(want->name, want->value.text, world.host); });
  if (now->saved != want->saved)
    failing([&] { persist_sysctl(want->name, want->value.text, want->config, world.host); });
}

std::string planned(const Change<Sysctl>& change) {
  const auto& [name, value] = std::tie(change.asked.name, change.asked.value.text);
  if (change.before->running == change.after->running)
    return fmt::format(
        "Sysctl value is currently set on the running system but not in a config file. Sysctl option {} set to be "
        "changed to {} in config file.",
        name, value);
  return change.before->saved->empty() ? fmt::format("Sysctl option {} set to be changed to {}", name, value)
                                       : fmt::format("Sysctl option {} would be changed to {}", name, value);
}

}  // namespace

Module sysctl() {
  Resource<Sysctl> sysctl{
      .name = "sysctl",
      .schema = Schema<Sysctl>()
                    .key(&Sysctl::name, "name", "Kernel parameter, such as vm.swappiness.")
                    .parameter(&Sysctl::value, "value", "The value that it has.")
                    .parameter(&Sysctl::config, "config",
                               "File that sets it at boot. Unset: /etc/sysctl.d/99-salt.conf, without systemd "
                               "/etc/sysctl.conf."),
      .read = read,
      .apply = apply};
  sysctl.derived = Schema<Sysctl>()
                       .property(&Sysctl::running, "running", "What the kernel has.")
                       .property(&Sysctl::saved, "saved", "What the file sets at boot.");
  sysctl.prepare = prepare;
  Wording<Sysctl> words;
  words.correct = [](const Sysctl& asked) {
    return fmt::format("Sysctl value {} = {} is already set", asked.name, asked.value.text);
  };
  words.planned = planned;
  words.done = [](const Change<Sysctl>& change) {
    return fmt::format("Updated sysctl value {} = {}", change.asked.name, change.asked.value.text);
  };
  words.changes = [](const Change<Sysctl>& change) { return Map{{change.asked.name, change.asked.value.text}}; };
  return {"sysctl",
          "Kernel parameters.",
          {sysctl.ensure("present", "The kernel has the value, now and after a boot.",
                         {{"name", "vm.swappiness"}, {"value", 10}}, as_given<Sysctl>, words)}};
}

}  // namespace halite::states
