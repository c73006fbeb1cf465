// mount.mounted: a file system is mounted, now and at boot.
#include <algorithm>

#include "common/base/strings.h"
#include "common/data/regex.h"
#include "states/arguments.h"
#include "states/modules/mount/mount.h"
#include "states/modules/mount/options.h"
#include "states/providers/directories.h"
#include "states/providers/fstab.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Mounted {
  std::string name, device, fstype;
  bool mkmnt = false, persist = true, mount = true, bind_mount_copy_active_opts = true;
  Value opts = "defaults";
  Number dump, pass_num;
  std::string config = "/etc/fstab", user;
  TextList match_on{{"auto"}};
  TextList device_name_regex, extra_mount_invisible_options, extra_mount_invisible_keys, hidden_opts;
  std::map<std::string, TextList> extra_mount_ignore_fs_keys;
  std::map<std::string, std::string> extra_mount_translate_options;

  // Derived.
  std::vector<std::string> options;
  std::string note;                          // a mismatch that is let be
  std::optional<std::string> state;          // "mounted", "another device"; empty: nothing is
  std::optional<std::vector<std::string>> missing;  // options that are not in effect
  std::optional<bool> directory;             // the mount point is there
  std::optional<std::string> entry;          // of fstab: "same", "other"; empty: none
};

Schema<Mounted> schema() {
  return Schema<Mounted>()
      .key(&Mounted::name, "name", "Directory to mount at.")
      .key(&Mounted::device, "device", "What to mount: a device, UUID=..., LABEL=..., host:/path.")
      .key(&Mounted::fstype, "fstype", "Type of the file system.")
      .parameter(&Mounted::mkmnt, "mkmnt", "Make the directory when it is not there.")
      .parameter(&Mounted::opts, "opts", "Mount options: a list, or text with commas.")
      .parameter(&Mounted::dump, "dump", "Fifth field in fstab.")
      .parameter(&Mounted::pass_num, "pass_num", "Sixth field in fstab: order of checks at boot.")
      .parameter(&Mounted::config, "config", "The table of what is mounted at boot.")
      .parameter(&Mounted::persist, "persist", "Have it in that table.")
      .parameter(&Mounted::mount, "mount", "Mount it now.")
      .parameter(&Mounted::user, "user", "User to mount it as.")
      .parameter(&Mounted::match_on, "match_on",
                 "Fields by which its line in the table is known: auto, name, device, fstype, opts.")
      .parameter(&Mounted::device_name_regex, "device_name_regex",
                 "Patterns of other device names that will do when they are mounted there.")
      .parameter(&Mounted::extra_mount_invisible_options, "extra_mount_invisible_options",
                 "Further options that the kernel does not show.")
      .parameter(&Mounted::extra_mount_invisible_keys, "extra_mount_invisible_keys",
                 "Further options, known by what stands before '=', that the kernel does not show.")
      .parameter(&Mounted::extra_mount_ignore_fs_keys, "extra_mount_ignore_fs_keys",
                 "For a type of file system: options not to compare.")
      .parameter(&Mounted::extra_mount_translate_options, "extra_mount_translate_options",
                 "What the kernel calls an option.")
      .parameter(&Mounted::hidden_opts, "hidden_opts", "Options not to compare.")
      .parameter(&Mounted::bind_mount_copy_active_opts, "bind_mount_copy_active_opts",
                 "Kept for Salt's trees; a bind mount has its own options.");
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

bool is_bind(const Mounted& asked) {
  return std::find(asked.options.begin(), asked.options.end(), "bind") != asked.options.end() ||
         std::find(asked.options.begin(), asked.options.end(), "rbind") != asked.options.end();
}

// The mount that holds a directory, and where in its file system the directory is.
bool is_part_of(const std::string& directory, const Mount& mount, World& world) {
  const Mount* holder = nullptr;
  const auto all = mounts(world.host);
  for (const Mount& one : all) {
    const bool holds = directory == one.place || one.place == "/" || directory.starts_with(one.place + "/");
    if (holds && (!holder || one.place.size() > holder->place.size())) holder = &one;
  }
  if (!holder || holder->device != mount.device) return false;
  const std::string rest = holder->place == "/" ? directory : directory.substr(holder->place.size());
  return without_slash((holder->root == "/" ? "" : holder->root) + rest + "/") == mount.root ||
         (rest.empty() && holder->root == mount.root);
}

// The device that is mounted is the one that is asked for, under whatever name.
bool is_device(const Mounted& asked, const Mount& mount, World& world) {
  if (is_bind(asked)) return is_part_of(without_slash(asked.device), mount, world);
  std::string wanted = asked.device;
  if (const std::size_t hash = wanted.find('#'); hash != std::string::npos) wanted = wanted.substr(hash + 1);
  if (wanted == mount.device || real_device(wanted, world.host) == real_device(mount.device, world.host)) return true;
  // A file behind a loop device.
  if (!mount.device.starts_with("/dev/loop")) return false;
  const std::string backing = "/sys/block/" + mount.device.substr(5) + "/loop/backing_file";
  return trim(world.host.read_file_if_exists(backing).value_or("")) == wanted;
}

FstabEntry entry_of(const Mounted& asked) {
  return {.device = fstab_text(asked.device),
          .place = fstab_text(asked.name),
          .type = asked.fstype,
          .options = fstab_text(join(asked.options, ",")),
          .dump = std::to_string(asked.dump.value),
          .pass = std::to_string(asked.pass_num.value)};
}

std::vector<std::string> fields_of(const Mounted& asked) {
  return fstab_fields(asked.match_on.items, asked.fstype);
}

OptionRules rules_of(const Mounted& asked) {
  OptionRules rules{.type = asked.fstype,
                    .invisible_options = asked.extra_mount_invisible_options.items,
                    .invisible_keys = asked.extra_mount_invisible_keys.items,
                    .ignored_keys = {},
                    .translations = asked.extra_mount_translate_options};
  rules.invisible_options.insert(rules.invisible_options.end(), asked.hidden_opts.items.begin(),
                                 asked.hidden_opts.items.end());
  for (const auto& [type, keys] : asked.extra_mount_ignore_fs_keys) rules.ignored_keys[type] = keys.items;
  return rules;
}

std::optional<Outcome> prepare(Mounted& asked, World& world) {
  for (const auto& [value, what] : {std::pair{&asked.name, "name"}, {&asked.device, "device"}, {&asked.fstype, "fstype"}})
    if (value->empty()) throw Error(ErrorKind::invalid, "Must provide {} to mount.mounted", what);
  if (!asked.name.starts_with('/')) throw Error(ErrorKind::invalid, "'{}' is no full path", escape_control(asked.name));
  asked.name = without_slash(asked.name);
  for (const auto& item : Convert<TextList>::decode(asked.opts).items)
    for (const auto& option : split(item, ',')) asked.options.push_back(option);
  const bool is_there = has_directory(world, asked.name);
  if (asked.mount) {
    asked.state = "mounted";
    asked.missing.emplace();
    if (!is_there && !asked.mkmnt && !mount_at(asked.name, world.host))
      throw Error(ErrorKind::not_found, "Mount directory is not present");
  }
  if (asked.mkmnt) asked.directory = true;
  if (asked.persist) asked.entry = "same";
  return std::nullopt;
}

std::optional<Mounted> read(const Mounted& asked, World& world) {
  Mounted now;
  now.name = asked.name;
  now.directory = world.host.status_of_target(asked.name).has_value();
  now.state = "";
  now.missing.emplace();
  if (const auto mount = mount_at(real_device(asked.name, world.host), world.host)) {
    now.state = "mounted";
    if (!is_device(asked, *mount, world)) {
      const bool will_do =
          std::any_of(asked.device_name_regex.items.begin(), asked.device_name_regex.items.end(),
                      [&](const std::string& pattern) { return Regex::compile(pattern).match(mount->device).has_value(); });
      if (!will_do) now.state = mount->device;
    }
    now.missing = missing_options(asked.options, *mount, rules_of(asked), world);
  }
  if (!asked.persist) return now;
  const Fstab table(asked.config, world.host);
  const auto found = table.find(entry_of(asked), fields_of(asked));
  now.entry = found.empty() ? "" : "same";
  for (const auto& entry : found)
    if (!entry.is_same(entry_of(asked))) now.entry = "other";
  return now;
}

void mount_now(const Mounted& want, World& world) {
  run_mount_tool(mount_words(want.device, want.name, want.fstype, want.options), world.host, want.user);
}

void unmount_now(const Mounted& want, World& world) {
  run_mount_tool({"umount", want.name}, world.host, want.user);
}

void remount_now(const Mounted& want, World& world) {
  if (want.fstype == "nfs" || want.fstype == "cvfs" || want.fstype.starts_with("fuse")) {
    unmount_now(want, world);
    return mount_now(want, world);
  }
  std::vector<std::string> options{"remount"};
  // The kernel takes bind together with flags alone, and size and the like for the whole file system.
  for (const auto& option : want.options)
    if (option != "defaults" && option != "remount" && option != "loop") options.push_back(option);
  run_mount_tool(mount_words(want.device, want.name, is_bind(want) ? "" : want.fstype, options), world.host, want.user);
}

void apply(const std::optional<Mounted>& now, const std::optional<Mounted>& want, World& world) {
  if (want->directory && now->directory == false) make_directories(world.host, want->name);
  if (want->mount) {
    const bool is_other = !now->state->empty() && now->state != want->state;
    if (is_other) unmount_now(*want, world);
    if (is_other || now->state->empty())
      mount_now(*want, world);
    else if (!now->missing->empty())
      remount_now(*want, world);
  }
  if (!want->entry || now->entry == want->entry) return;
  Fstab table(want->config, world.host);
  table.set(entry_of(*want), fields_of(*want));
  table.save();
}

Outcome refresh(const Mounted& given, World& world) {
  Mounted asked = given;
  prepare(asked, world);
  if (world.dry_run)
    return {.result = Result::would_change, .comment = fmt::format("{} would be remounted", asked.name)};
  try {
    remount_now(asked, world);
  } catch (const Error& error) {
    return failed(fmt::format("{} failed to remount: {}", asked.name, error.message()));
  }
  return {.result = Result::changed, .comment = fmt::format("{} remounted", asked.name), .changes = {{"remount", true}}};
}

std::string entry_note(const Mounted& asked, const std::optional<std::string>& before) {
  if (!asked.persist) return "";
  if (before == "") return ". Added new entry to the fstab.";
  return before == "other" ? ". Updated the entry in the fstab." : ". Entry already exists in the fstab.";
}

std::string planned(const Change<Mounted>& change) {
  const Mounted& asked = change.asked;
  const Mounted& before = *change.before;
  if (asked.mount && before.state == "")
    return fmt::format("{} would be {}mounted", asked.name, before.directory == false && asked.mkmnt ? "created and " : "");
  if (asked.mount && before.state != "mounted")
    return "An umount would have been forced because devices do not match.  Watched: " + asked.device;
  if (asked.mount && !before.missing->empty())
    return fmt::format("Remount would be forced because options ({}) changed", join(*before.missing, ","));
  if (before.entry == "")
    return fmt::format("{} {}needs to be written to the fstab in order to be made persistent.", asked.name,
                       asked.mount ? "is mounted, but " : "");
  if (before.entry == "other")
    return asked.mount ? fmt::format("{} is mounted, but its fstab entry must be updated.", asked.name)
                       : fmt::format("The {} fstab entry must be updated.", asked.name);
  return fmt::format("{} would be created, but not mounted", asked.name);
}

std::string done(const Change<Mounted>& change) {
  const Mounted& asked = change.asked;
  const Mounted& before = *change.before;
  std::string text = "Target was already mounted";
  if (asked.mount && before.state != "mounted") text = "Target was successfully mounted";
  if (!asked.mount)
    text = fmt::format(fmt::runtime(before.directory == false ? "{} was created, not mounted" : "{} not mounted"), asked.name);
  return text + entry_note(asked, before.entry);
}

Map changes(const Change<Mounted>& change) {
  const Mounted& asked = change.asked;
  const Mounted& before = *change.before;
  Map changes;
  if (asked.mount && before.state != "mounted" && change.after->state == "mounted") {
    if (before.state != "")
      changes.set("umount", fmt::format("Forced unmount because devices don't match. Wanted: {}, current: {}",
                                        asked.device, *before.state));
    changes.set("mount", true);
  } else if (asked.mount && !before.missing->empty()) {
    changes.set("umount", fmt::format("Forced remount because options ({}) changed", join(*before.missing, ",")));
  }
  if (asked.directory && before.directory == false && !asked.mount) changes.set("directory", asked.name);
  if (asked.entry && before.entry != change.after->entry)
    changes.set("persist", before.entry == "" ? "new" : "update");
  return changes;
}

}  // namespace

Function mount_mounted() {
  Resource<Mounted> mounted{.name = "mount", .schema = schema(), .read = read, .apply = apply};
  mounted.derived = Schema<Mounted>()
                        .property(&Mounted::state, "mounted", "What is mounted there.")
                        .property(&Mounted::missing, "missing options", "Options that are not in effect.")
                        .property(&Mounted::directory, "directory", "The directory is there.")
                        .property(&Mounted::entry, "persist", "Its line in the table.");
  mounted.prepare = prepare;
  mounted.refresh = refresh;
  mounted.provides = [](const Mounted& asked) {
    return std::vector<std::pair<std::string, std::string>>{{"directory", asked.name}};
  };
  Wording<Mounted> words;
  words.correct = [](const Mounted& asked) {
    return (asked.mount ? "Target was already mounted" : asked.name + " not mounted") + entry_note(asked, "same");
  };
  words.planned = planned;
  words.done = done;
  words.changes = changes;
  return mounted.ensure("mounted", "The file system is mounted, now and at boot.",
                        {{"name", "/mnt/data"}, {"device", "/dev/vdb1"}, {"fstype", "ext4"}, {"mkmnt", true}},
                        as_given<Mounted>, words);
}

}  // namespace halite::states
