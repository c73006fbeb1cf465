// Modules of the kernel: kmod.present and kmod.absent.
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/kernel_modules.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct KernelModules {
  std::string name;
  bool persist = false, comment = true;
  std::optional<TextList> mods;

  // Derived: the module as it was asked for -> in use ("loaded"), and with `persist` also at boot ("loaded, at boot").
  std::optional<std::map<std::string, std::string>> states;
};

Schema<KernelModules> schema() {
  return Schema<KernelModules>()
      .key(&KernelModules::name, "name", "Kernel module, when `mods` names none.")
      .parameter(&KernelModules::mods, "mods", "Kernel modules: a list of names.")
      .parameter(&KernelModules::persist, "persist", "At boot too.");
}

std::vector<std::string> asked_modules(const KernelModules& asked) {
  return asked.mods ? asked.mods->items : std::vector<std::string>{asked.name};
}

std::optional<Outcome> prepare(KernelModules& asked, bool present) {
  asked.states.emplace();
  for (const auto& text : asked_modules(asked)) {
    kernel_module_name(text);
    (*asked.states)[text] = !present ? "" : asked.persist ? "loaded, at boot" : "loaded";
  }
  return std::nullopt;
}

std::optional<KernelModules> read(const KernelModules& asked, World& world) {
  KernelModules now;
  now.name = asked.name;
  now.states.emplace();
  const auto loaded = loaded_kernel_modules(world.host);
  const auto boot = asked.persist ? boot_kernel_modules(world.host) : std::set<std::string>();
  for (const auto& [text, wanted] : *asked.states) {
    const std::string name = kernel_module_name(text);
    std::vector<std::string> parts;
    if (loaded.count(name)) parts.emplace_back("loaded");
    if (boot.count(name)) parts.emplace_back("at boot");
    (*now.states)[text] = join(parts, ", ");
  }
  return now;
}

void apply(const std::optional<KernelModules>& now, const std::optional<KernelModules>& want, World& world) {
  for (const auto& [text, wanted] : *want->states) {
    const std::string& there = now->states->at(text);
    if (there == wanted) continue;
    const std::string name = kernel_module_name(text);
    const bool is_loaded = there.starts_with("loaded"), is_at_boot = there.ends_with("at boot");
    if (!wanted.empty()) {
      if (!is_loaded) load_kernel_module(text, world.host);
      if (want->persist && !is_at_boot) load_at_boot(text, world.host);
    } else {
      if (is_loaded) unload_kernel_module(name, world.host);
      if (is_at_boot) forget_at_boot(name, want->comment, world.host);
    }
  }
}

std::vector<std::string> moved(const Change<KernelModules>& change) {
  std::vector<std::string> names;
  for (const auto& [text, state] : *change.after->states)
    if (change.before->states->at(text) != state) names.push_back(text);
  return names;
}

// "Kernel module a is", "Kernel modules a, b are".
std::string subject(const std::vector<std::string>& names) {
  return names.size() == 1 ? fmt::format("Kernel module {} is", names[0])
                           : fmt::format("Kernel modules {} are", join(names, ", "));
}

Wording<KernelModules> words_of(const char* state, const char* planned, const char* done, const char* change_word) {
  Wording<KernelModules> words;
  words.correct = [state](const KernelModules& asked) {
    return fmt::format("{} already {}", subject(asked_modules(asked)), state);
  };
  words.planned = [planned](const Change<KernelModules>& change) {
    return fmt::format("{} set to be {}", subject(moved(change)), planned);
  };
  words.done = [done](const Change<KernelModules>& change) {
    const auto names = moved(change);
    return fmt::format("{} kernel module{} {}", done, names.size() == 1 ? "" : "s", join(names, ", "));
  };
  words.changes = [change_word](const Change<KernelModules>& change) {
    Map changes;
    for (const auto& name : moved(change)) changes.set(kernel_module_name(name), change_word);
    return changes;
  };
  return words;
}

Resource<KernelModules> resource(Schema<KernelModules> fields, bool present) {
  Resource<KernelModules> modules{.name = "kmod", .schema = std::move(fields), .read = read, .apply = apply};
  modules.derived = Schema<KernelModules>().property(&KernelModules::states, "modules", "What the kernel has.");
  modules.prepare = [present](KernelModules& asked, World&) { return prepare(asked, present); };
  return modules;
}

}  // namespace

Module kmod() {
  const auto removing =
      schema().parameter(&KernelModules::comment, "comment", "With persist: comment the line out instead of removing it.");
  return {"kmod",
          "Modules of the kernel.",
          {resource(schema(), true)
               .ensure("present", "The kernel has the module.", {{"name", "dummy"}, {"persist", true}},
                       as_given<KernelModules>, words_of("present", "loaded", "Loaded", "loaded")),
           resource(removing, false)
               .ensure("absent", "The kernel does not have the module.", {{"name", "dummy"}}, as_given<KernelModules>,
                       words_of("removed", "removed", "Removed", "removed"))}};
}

}  // namespace halite::states
