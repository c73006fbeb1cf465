// disk.*: making and changing file systems, and what a disk says of its own health.
#include <algorithm>
#include <set>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "states/arguments.h"
#include "states/providers/block_devices.h"
#include "states/providers/mounts.h"

namespace halite::minion {
namespace {

struct Device {
  std::string device, fs_type = "ext4", path;
  std::optional<states::Number> inode_size, fat, read_ahead, filesystem_read_ahead;
  std::optional<bool> lazy_itable_init, read_only, read_write;
  bool force = false;
};
struct Smart {
  std::string dev;
  Value attributes, values;
};

const std::string& checked(const std::string& device) {
  if (!device.starts_with('/') || device.find_first_of(" \t\n") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no full path of a device", escape_control(device));
  return device;
}

// What is mounted is not written over, whatever is asked.
void refuse_mounted(const std::string& device, Call& call) {
  for (const auto& mount : states::mounts(call.tools.host))
    if (mount.device == device) throw Error(ErrorKind::denied, "{} refuses: {} is mounted at {}", call.name, device, mount.place);
}

Value format(const Device& args, Call& call) {
  refuse_mounted(checked(args.device), call);
  const bool is_ext = args.fs_type.starts_with("ext"), is_xfs = args.fs_type == "xfs", is_fat = args.fs_type.ends_with("fat");
  if (args.fs_type.empty() || args.fs_type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.") != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no type of a file system", escape_control(args.fs_type));
  Argv options;
  if (args.inode_size && is_ext) options.insert(options.end(), {"-I", std::to_string(args.inode_size->value)});
  if (args.inode_size && is_xfs) options.insert(options.end(), {"-i", fmt::format("size={}", args.inode_size->value)});
  if (args.lazy_itable_init && is_ext) options.insert(options.end(), {"-E", fmt::format("lazy_itable_init={}", *args.lazy_itable_init ? 1 : 0)});
  if (args.fat && is_fat) {
    if (args.fat->value != 12 && args.fat->value != 16 && args.fat->value != 32) throw Error(ErrorKind::invalid, "fat is 12, 16 or 32, not {}", args.fat->value);
    options.insert(options.end(), {"-F", std::to_string(args.fat->value)});
  }
  if (args.force && is_ext) options.push_back("-F");
  if (args.force && is_xfs) options.push_back("-f");
  states::make_file_system(args.device, args.fs_type, options, call.tools.host);
  return true;
}

Value wipe(const Device& args, Call& call) {
  refuse_mounted(checked(args.device), call);
  call.tools.host.run({"wipefs", "-a", args.device});
  return true;
}

Value tune(const Device& args, Call& call) {
  Argv argv{"blockdev"};
  std::set<std::string> told;
  const auto add = [&](Argv words, const char* shown) {
    argv.insert(argv.end(), words.begin(), words.end());
    told.insert(shown);
  };
  if (args.read_ahead) add({"--setra", std::to_string(args.read_ahead->value)}, "getra");
  if (args.filesystem_read_ahead) add({"--setfra", std::to_string(args.filesystem_read_ahead->value)}, "getfra");
  if (args.read_only) add({*args.read_only ? "--setro" : "--setrw"}, "getro");
  if (args.read_write) add({*args.read_write ? "--setrw" : "--setro"}, "getro");
  argv.push_back(checked(args.device));
  if (!told.empty()) call.tools.host.run(argv);
  Map shown;
  for (const auto& [key, value] : states::block_device_settings(args.device, call.tools.host))
    if (told.empty() || told.contains(key)) shown.set(key, value);
  return shown;
}

Value resize(const Device& args, Call& call) {
  call.tools.host.run({"resize2fs", checked(args.device)});
  return true;
}

// That of the longest mount point above the path.
Value type_at(const Device& args, Call& call) {
  const std::string& path = checked(args.path);
  std::string place, type;
  for (const auto& mount : states::mounts(call.tools.host)) {
    const bool is_above = mount.place == "/" || path == mount.place || path.starts_with(mount.place + "/");
    if (is_above && mount.place.size() >= place.size()) {
      place = mount.place;
      type = mount.type;
    }
  }
  return type;
}

bool is_asked(const Value& list, const Value& one) {
  if (list.is_null()) return true;
  const List* items = list.if_list();
  return items ? std::find(items->begin(), items->end(), one) != items->end() : list == one;
}

// smartctl's table: a line an attribute, its last column may have spaces.
Value smart_attributes(const Smart& args, Call& call) {
  const std::string device = args.dev.starts_with("/dev/") ? args.dev : "/dev/" + args.dev;
  Command command{.argv = {"smartctl", "--attributes", checked(device)}};
  command.is_cancelled = call.is_cancelled;
  const CommandResult result = call.tools.host.execute(command);
  if (result.exit_code != 0) throw Error(ErrorKind::unavailable, "{}", trim(result.error.empty() ? result.output : result.error));
  std::vector<std::string> fields;
  Map all;
  for (const auto& line : split_lines(result.output)) {
    auto words = split_words(line);
    if (line.starts_with("ID#")) {
      for (std::size_t i = 1; i < words.size(); ++i) fields.push_back(to_lower(words[i]));
      continue;
    }
    const auto id = words.empty() || fields.empty() ? std::nullopt : parse_int(words[0]);
    if (!id || words.size() <= fields.size() || !is_asked(args.attributes, *id)) continue;
    for (std::size_t i = fields.size() + 1; i < words.size(); ++i) words[fields.size()] += " " + words[i];
    Map shown;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!is_asked(args.values, fields[i])) continue;
      const auto number = parse_int(words[i + 1]);
      shown.set(fields[i], number ? Value(*number) : Value(words[i + 1]));
    }
    all.set(*id, shown);
  }
  return all;
}

}  // namespace

std::vector<Function> disk_change_functions() {
  using D = Device;
  const auto device = Schema<D>().required(&D::device, "device", "Block device.");
  return {
      function<D>("disk.format", "Makes a file system. Refuses a device that is mounted. Gives true.",
                  Schema<D>(device)
                      .optional(&D::fs_type, "fs_type", "Its type.")
                      .optional(&D::inode_size, "inode_size", "Bytes of an inode, for ext and xfs.")
                      .optional(&D::lazy_itable_init, "lazy_itable_init", "The kernel writes the inode tables later, for ext.")
                      .optional(&D::fat, "fat", "12, 16 or 32 bits, for fat.")
                      .optional(&D::force, "force", "Also where another file system is, for ext and xfs."),
                  format),
      function<D>("disk.wipe", "Removes the marks of file systems from a device. Refuses one that is mounted. Gives true.", device, wipe),
      function<D>("disk.tune", "Changes settings of a device, and gives them.",
                  Schema<D>(device)
                      .optional(&D::read_ahead, "read-ahead", "Sectors that are read ahead.")
                      .optional(&D::filesystem_read_ahead, "filesystem-read-ahead", "Sectors that file systems read ahead.")
                      .optional(&D::read_only, "read-only", "Nothing is written to it.")
                      .optional(&D::read_write, "read-write", "It can be written to."),
                  tune),
      function<D>("disk.resize2fs", "Brings an ext file system to the size of its device. Gives true.", device, resize),
      function<D>("disk.get_fstype_from_path", "The type of the file system that a path is on.",
                  Schema<D>().required(&D::path, "path", "Full path."), type_at),
      function<Smart>("disk.smart_attributes", "What smartctl says of a disk's health, by the attribute's number.",
                      Schema<Smart>()
                          .required(&Smart::dev, "dev", "The disk.")
                          .optional(&Smart::attributes, "attributes", "Only these numbers.")
                          .optional(&Smart::values, "values", "Only these columns."),
                      smart_attributes),
  };
}

}  // namespace halite::minion
