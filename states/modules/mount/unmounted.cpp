// mount.unmounted and mount.swap.
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules/mount/mount.h"
#include "states/providers/fstab.h"
#include "states/providers/mounts.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Unmounted {
  std::string name, device, config = "/etc/fstab", user;
  bool persist = false;

  std::optional<bool> is_mounted, is_listed;
};

FstabEntry like(const Unmounted& asked) {
  return {.device = fstab_text(asked.device), .place = fstab_text(asked.name), .type = "", .options = ""};
}

std::vector<std::string> fields(const Unmounted& asked) {
  return asked.device.empty() ? std::vector<std::string>{"name"} : std::vector<std::string>{"name", "device"};
}

std::optional<Unmounted> read(const Unmounted& asked, World& world) {
  Unmounted now;
  now.name = asked.name;
  now.is_mounted = mount_at(asked.name, world.host).has_value();
  now.is_listed = asked.persist && world.host.status_of_target(asked.config) &&
                  !Fstab(asked.config, world.host).find(like(asked), fields(asked)).empty();
  return now;
}

void apply(const std::optional<Unmounted>& now, const std::optional<Unmounted>& want, World& world) {
  if (now->is_mounted == true) run_mount_tool({"umount", want->name}, world.host, want->user);
  if (now->is_listed == false) return;
  Fstab table(want->config, world.host);
  table.remove(like(*want), fields(*want));
  table.save();
}

std::string entry_note(const Unmounted& asked, bool was_listed) {
  if (!asked.persist) return "";
  if (was_listed) return ". Removed target from fstab";
  return asked.device.empty() ? ". fstab entry not found"
                              : fmt::format(". fstab entry for device {} not found", asked.device);
}

struct Swap {
  std::string name, config = "/etc/fstab";
  bool persist = true;

  std::string device;
  std::optional<bool> is_active;
  std::optional<std::string> entry;
  std::map<std::string, std::string> details;
};

FstabEntry swap_entry(const Swap& asked) {
  return {.device = fstab_text(asked.name), .place = "none", .type = "swap", .options = "defaults"};
}

std::optional<Outcome> prepare_swap(Swap& asked, World& world) {
  if (!asked.name.starts_with('/')) throw Error(ErrorKind::invalid, "'{}' is no full path", escape_control(asked.name));
  asked.device = real_device(asked.name, world.host);
  asked.is_active = true;
  if (asked.persist) asked.entry = "same";
  return std::nullopt;
}

std::optional<Swap> read_swap(const Swap& asked, World& world) {
  Swap now = asked;
  const auto all = swaps(world.host);
  const auto found = all.find(asked.device);
  now.is_active = found != all.end();
  if (found != all.end()) now.details = found->second;
  if (!asked.persist) return now;
  now.entry = "";
  for (const auto& entry : Fstab(asked.config, world.host).find(swap_entry(asked), {"device"}))
    now.entry = entry.is_same(swap_entry(asked)) ? "same" : "other";
  return now;
}

void apply_swap(const std::optional<Swap>& now, const std::optional<Swap>& want, World& world) {
  if (now->is_active == false) run_mount_tool({"swapon", want->device}, world.host);
  if (now->entry == want->entry) return;
  Fstab table(want->config, world.host);
  table.set(swap_entry(*want), {"device"});
  table.save();
}

std::string swap_note(const std::optional<std::string>& before) {
  if (before == "") return ". Added new entry to the fstab.";
  return before == "other" ? ". Updated the entry in the fstab." : "";
}

}  // namespace

Function mount_unmounted() {
  Resource<Unmounted> unmounted{
      .name = "mount",
      .schema = Schema<Unmounted>()
                    .key(&Unmounted::name, "name", "Directory at which nothing is to be mounted.")
                    .parameter(&Unmounted::device, "device", "With persist: only the line of this device.")
                    .parameter(&Unmounted::config, "config", "The table of what is mounted at boot.")
                    .parameter(&Unmounted::persist, "persist", "Remove it from that table too.")
                    .parameter(&Unmounted::user, "user", "User to unmount it as."),
      .read = read,
      .apply = apply};
  unmounted.derived = Schema<Unmounted>()
                          .property(&Unmounted::is_mounted, "mounted", "Something is mounted there.")
                          .property(&Unmounted::is_listed, "persist", "The table names it.");
  const auto target = [](const Unmounted& asked) -> std::optional<Unmounted> {
    Unmounted want = asked;
    want.is_mounted = want.is_listed = false;
    return want;
  };
  Wording<Unmounted> words;
  words.correct = [](const Unmounted& asked) { return "Target was already unmounted" + entry_note(asked, false); };
  words.planned = [](const Change<Unmounted>& change) {
    if (change.before->is_mounted == true)
      return fmt::format("Mount point {} is mounted but should not be", change.asked.name);
    return fmt::format("Mount point {} is unmounted but needs to be purged from {} to be made persistent",
                       change.asked.name, change.asked.config);
  };
  words.done = [](const Change<Unmounted>& change) {
    const bool was_mounted = change.before->is_mounted == true;
    return std::string(was_mounted ? "Target was successfully unmounted" : "Target was already unmounted") +
           entry_note(change.asked, change.before->is_listed == true);
  };
  words.changes = [](const Change<Unmounted>& change) {
    Map changes;
    if (change.before->is_mounted == true && change.after->is_mounted == false) changes.set("umount", true);
    if (change.before->is_listed == true && change.after->is_listed == false) changes.set("persist", "purged");
    return changes;
  };
  return unmounted.ensure("unmounted", "Nothing is mounted there.", {{"name", "/mnt/old"}, {"persist", true}}, target,
                          words);
}

Function mount_swap() {
  Resource<Swap> swap{.name = "mount",
                      .schema = Schema<Swap>()
                                    .key(&Swap::name, "name", "Device or file with swap space.")
                                    .parameter(&Swap::persist, "persist", "Have it in the table of what is mounted at boot.")
                                    .parameter(&Swap::config, "config", "The table of what is mounted at boot."),
                      .read = read_swap,
                      .apply = apply_swap};
  swap.derived = Schema<Swap>()
                     .property(&Swap::is_active, "active", "The kernel uses it.")
                     .property(&Swap::entry, "persist", "Its line in the table.");
  swap.prepare = prepare_swap;
  Wording<Swap> words;
  words.correct = [](const Swap& asked) { return fmt::format("Swap {} already active", asked.name); };
  words.planned = [](const Change<Swap>& change) {
    const std::string& name = change.asked.name;
    if (change.before->is_active == false) return fmt::format("Swap {} is set to be activated", name);
    return fmt::format("Swap {} is set to be added to the fstab", name);
  };
  words.done = [](const Change<Swap>& change) {
    return fmt::format(fmt::runtime(change.before->is_active == false ? "Swap {} activated" : "Swap {} already active"),
                       change.asked.name) +
           swap_note(change.before->entry);
  };
  words.changes = [](const Change<Swap>& change) {
    Map changes;
    if (change.before->is_active == false)
      for (const auto& [key, value] : change.after->details) changes.set(key, value);
    if (change.asked.entry && change.before->entry != change.after->entry)
      changes.set("persist", change.before->entry == "" ? "new" : "update");
    return changes;
  };
  return swap.ensure("swap", "The kernel uses the swap space, now and after a boot.", {{"name", "/swapfile"}},
                     as_given<Swap>, words);
}

}  // namespace halite::states
