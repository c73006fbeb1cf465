// mount.* and the rest of disk.*: what is mounted, fstab, swap, block devices.
#include <sys/statvfs.h>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/state_backed.h"
#include "states/arguments.h"
#include "states/providers/block_devices.h"
#include "states/providers/directories.h"
#include "states/providers/fstab.h"
#include "states/providers/mounts.h"

namespace halite::minion {
namespace {

struct Place {
  std::string name, device, fstype, user, config = "/etc/fstab";
  Value opts;
  std::optional<states::Number> priority;
  bool mkmnt = false, extended = false;
};
struct Device {
  std::string device, token, args;
  Value wanted;
};

std::vector<std::string> options_of(const Value& opts) {
  std::vector<std::string> options;
  if (opts.is_null()) return options;
  for (const auto& item : Convert<states::TextList>::decode(opts).items)
    for (const auto& option : split(item, ',')) options.push_back(option);
  return options;
}

Value active(const Place& args, Call& call) {
  Map result;
  for (const auto& mount : states::mounts(call.tools.host)) {
    Map shown{{"device", mount.device}, {"fstype", mount.type}, {"opts", mount.options}};
    if (args.extended) {
      shown.set("superopts", mount.super_options);
      shown.set("root", mount.root);
    }
    result.set(mount.place, std::move(shown));
  }
  return result;
}

Value fstab(const Place& args, Call& call) {
  Map result;
  if (!call.tools.host.status_of_target(args.config)) return result;
  for (const auto& entry : states::Fstab(args.config, call.tools.host).entries()) {
    std::string place = entry.place;
    while (result.contains(place)) place += "_";
    result.set(place, Map{{"device", entry.device},
                          {"fstype", entry.type},
                          {"opts", split(entry.options, ',')},
                          {"dump", entry.dump},
                          {"pass", entry.pass}});
  }
  return result;
}

Value mount(const Place& args, Call& call) {
  if (args.mkmnt) states::make_directories(call.tools.host, args.name);
  states::run_mount_tool(states::mount_words(args.device, args.name, args.fstype, options_of(args.opts)), call.tools.host,
                         args.user);
  return true;
}

Value remount(const Place& args, Call& call) {
  auto options = options_of(args.opts);
  options.insert(options.begin(), "remount");
  states::run_mount_tool(states::mount_words(args.device, args.name, args.fstype, options), call.tools.host, args.user);
  return true;
}

Value swaps(const None&, Call& call) {
  Map result;
  for (const auto& [device, details] : states::swaps(call.tools.host)) {
    Map shown;
    for (const auto& [key, value] : details) shown.set(key, value);
    result.set(device, std::move(shown));
  }
  return result;
}

Value tool(const char* program, const Place& args, Call& call) {
  if (args.name.starts_with('-')) throw Error(ErrorKind::invalid, "'{}' is no path", escape_control(args.name));
  Argv words{program};
  if (args.priority) words.insert(words.end(), {"-p", std::to_string(args.priority->value)});
  words.push_back(args.name);
  states::run_mount_tool(words, call.tools.host, args.user);
  return true;
}

Value blkid(const Device& args, Call& call) {
  Map result;
  for (const auto& [device, info] : states::block_devices(args.device, args.token, call.tools.host)) {
    Map shown;
    for (const auto& [key, value] : info) shown.set(key, value);
    result.set(device, std::move(shown));
  }
  return result;
}

Value dump(const Device& args, Call& call) {
  Map result;
  const auto wanted = args.wanted.is_null() ? std::vector<std::string>() : Convert<states::TextList>::decode(args.wanted).items;
  for (const auto& [key, value] : states::block_device_settings(args.device, call.tools.host))
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), key) != wanted.end()) result.set(key, value);
  return result;
}

// Each file system with a device, and what `show` makes of its numbers.
template <class Show>
Value each_file_system(const Device& args, Call& call, Show show) {
  Map result;
  for (const auto& mount : states::mounts(call.tools.host)) {
    struct statvfs usage {};
    const bool is_real = mount.device.starts_with('/') || mount.type == "tmpfs" || mount.type == "overlay";
    if (!is_real || ::statvfs(mount.place.c_str(), &usage) != 0 || usage.f_blocks == 0) continue;
    result.set(mount.place, show(mount, usage));
  }
  if (args.args.empty()) return result;
  const Value* one = result.find(args.args);
  if (!one) throw Error(ErrorKind::not_found, "nothing is mounted at '{}'", escape_control(args.args));
  return *one;
}

std::int64_t percent(std::uint64_t used, std::uint64_t all) {
  return all == 0 ? 0 : static_cast<std::int64_t>((used * 100 + all - 1) / all);
}

Value used_percent(const Device& args, Call& call) {
  return each_file_system(args, call, [](const states::Mount&, const struct statvfs& usage) -> Value {
    const auto used = usage.f_blocks - usage.f_bfree;
    return fmt::format("{}%", percent(used, used + usage.f_bavail));
  });
}

Value inode_usage(const Device& args, Call& call) {
  return each_file_system(args, call, [](const states::Mount& mount, const struct statvfs& usage) -> Value {
    const auto used = usage.f_files - usage.f_ffree;
    return Map{{"inodes", std::to_string(usage.f_files)},
               {"used", std::to_string(used)},
               {"free", std::to_string(usage.f_ffree)},
               {"use", fmt::format("{}%", percent(used, usage.f_files))},
               {"filesystem", mount.device}};
  });
}

}  // namespace

std::vector<Function> mount_functions() {
  const auto name = Schema<Place>().required(&Place::name, "name", "Where it is mounted, or the swap device.");
  const auto config = Schema<Place>().optional(&Place::config, "config", "The table.");
  const auto whole = Schema<Place>(name)
                         .required(&Place::device, "device", "What to mount.")
                         .optional(&Place::mkmnt, "mkmnt", "Make the directory.")
                         .optional(&Place::fstype, "fstype", "Type of the file system.")
                         .optional(&Place::opts, "opts", "Mount options.")
                         .optional(&Place::user, "user", "User to mount it as.");
  const auto device = Schema<Device>().required(&Device::device, "device", "Block device.");
  const auto one = Schema<Device>().optional(&Device::args, "args", "Only the one mounted here.");
  return {
      function<Place>("mount.active", "What is mounted.",
                      Schema<Place>().optional(&Place::extended, "extended", "With the file system's own options."), active),
      function<Place>("mount.fstab", "What is mounted at boot.", config, fstab),
      function<Place>("mount.mount", "Mounts a file system.", whole, mount),
      function<Place>("mount.remount", "Mounts it again, with other options.", whole, remount),
      function<Place>("mount.umount", "Unmounts a file system.",
                      Schema<Place>(name)
                          .optional(&Place::device, "device", "Kept for Salt's callers; what is mounted there is unmounted.")
                          .optional(&Place::user, "user", "User to unmount it as."),
                      [](const Place& a, Call& c) { return tool("umount", a, c); }),
      function<Place>("mount.is_mounted", "Is something mounted there?", name,
                      [](const Place& a, Call& c) -> Value { return states::mount_at(a.name, c.tools.host).has_value(); }),
      function("mount.swaps", "Swap space in use.", swaps),
      function<Place>("mount.swapon", "Uses swap space.",
                      Schema<Place>(name).optional(&Place::priority, "priority", "Which swap space is used first: the highest."),
                      [](const Place& a, Call& c) { return tool("swapon", a, c); }),
      function<Place>("mount.swapoff", "Does not use swap space any more.", name,
                      [](const Place& a, Call& c) { return tool("swapoff", a, c); }),
      state_backed({.name = "mount.set_fstab", .doc = "Sets a line of fstab.", .state = "mount.fstab_present",
                    .gives = Gives::word, .order = {"name", "device", "fstype", "opts", "dump", "pass_num", "config"},
                    .renames = {{"device", "name"}, {"name", "fs_file"}, {"fstype", "fs_vfstype"}, {"opts", "fs_mntops"},
                                {"dump", "fs_freq"}, {"pass_num", "fs_passno"}},
                    .fixed = {{"mount", false}}}),
      state_backed({.name = "mount.rm_fstab", .doc = "Removes a line of fstab.", .state = "mount.fstab_absent",
                    .order = {"name", "device", "config"}, .renames = {{"device", "name"}, {"name", "fs_file"}}}),
      function<Device>("disk.blkid", "What is on block devices.",
                       Schema<Device>()
                           .optional(&Device::device, "device", "Only this device.")
                           .optional(&Device::token, "token", "Only devices with this, such as LABEL=data."),
                       blkid),
      function<Device>("disk.fstype", "The file system on a block device; empty when there is none.", device,
                       [](const Device& a, Call& c) -> Value { return states::file_system_on(a.device, c.tools.host); }),
      function<Device>("disk.dump", "Settings of a block device.",
                       Schema<Device>(device).optional(&Device::wanted, "args", "Only these settings: a list."), dump),
      function<Device>("disk.percent", "How full file systems are.", one, used_percent),
      function<Device>("disk.inodeusage", "How many inodes of file systems are used.", one, inode_usage),
  };
}

}  // namespace halite::minion
