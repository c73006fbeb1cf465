// Block devices: blockdev.formatted and blockdev.tuned.
#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules.h"
#include "states/providers/block_devices.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Formatted {
  std::string name;
  std::string fs_type = "ext4";
  bool force = false;
  std::optional<Text> inode_size, fat;
  std::optional<Flag> lazy_itable_init;

  std::optional<std::string> type;
};

Argv mkfs_options(const Formatted& want) {
  const bool is_ext = want.fs_type.starts_with("ext"), is_xfs = want.fs_type == "xfs";
  Argv options;
  if (want.inode_size && is_ext) options.insert(options.end(), {"-i", want.inode_size->text});
  if (want.inode_size && is_xfs) options.insert(options.end(), {"-i", "size=" + want.inode_size->text});
  if (want.lazy_itable_init && is_ext)
    options.insert(options.end(), {"-E", fmt::format("lazy_itable_init={}", want.lazy_itable_init->value ? 1 : 0)});
  if (want.fat && want.fs_type.ends_with("fat")) options.insert(options.end(), {"-F", want.fat->text});
  if (want.force && is_ext) options.push_back("-F");
  if (want.force && is_xfs) options.push_back("-f");
  return options;
}

std::optional<Outcome> prepare(Formatted& asked, World& world) {
  if (!world.host.status_of_target(asked.name)) throw Error(ErrorKind::not_found, "{} does not exist", asked.name);
  asked.type = asked.fs_type;
  const std::string now = file_system_on(asked.name, world.host);
  if (now == asked.fs_type) return std::nullopt;
  if (asked.fs_type.find('/') != std::string::npos || !world.host.find_program("mkfs." + asked.fs_type))
    throw Error(ErrorKind::invalid, "Invalid fs_type: {}", asked.fs_type);
  // Salt formats over whatever is there; data is worth a word.
  if (!now.empty() && !asked.force)
    throw Error(ErrorKind::denied, "{} already has a file system of type {}; say force: True to lose it", asked.name, now);
  return std::nullopt;
}

std::optional<Formatted> read(const Formatted& asked, World& world) {
  Formatted now = asked;
  now.type = file_system_on(asked.name, world.host);
  return now;
}

void apply(const std::optional<Formatted>&, const std::optional<Formatted>& want, World& world) {
  make_file_system(want->name, want->fs_type, mkfs_options(*want), world.host);
}

Function formatted() {
  Resource<Formatted> device{
      .name = "blockdev",
      .schema = Schema<Formatted>()
                    .key(&Formatted::name, "name", "Block device.")
                    .parameter(&Formatted::fs_type, "fs_type", "Type of the file system.")
                    .parameter(&Formatted::force, "force", "Also over another file system, whose data is lost.")
                    .parameter(&Formatted::inode_size, "inode_size", "For ext: bytes per inode; for xfs: size of one.")
                    .parameter(&Formatted::lazy_itable_init, "lazy_itable_init", "For ext: make the inode tables later.")
                    .parameter(&Formatted::fat, "fat", "For FAT: 12, 16 or 32."),
      .read = read,
      .apply = apply};
  device.derived = Schema<Formatted>().property(&Formatted::type, "fs_type", "The file system on it.");
  device.prepare = prepare;
  Wording<Formatted> words;
  words.correct = [](const Formatted& asked) {
    return fmt::format("{} already formatted with {}", asked.name, asked.fs_type);
  };
  words.planned = [](const Change<Formatted>& change) {
    return fmt::format("Changes to {} will be applied", change.asked.name);
  };
  words.done = [](const Change<Formatted>& change) {
    return fmt::format("{} has been formatted with {}", change.asked.name, change.asked.fs_type);
  };
  words.changes = [](const Change<Formatted>& change) {
    return Map{{"new", *change.after->type}, {"old", *change.before->type}};
  };
  return device.ensure("formatted", "The device has a file system of this type.", {{"name", "/dev/vdd"}},
                       as_given<Formatted>, words);
}

struct Tuned {
  std::string name;
  std::optional<Text> read_ahead, file_read_ahead;
  std::optional<Flag> read_only, read_write;

  std::optional<std::string> ra, fra, ro;
};

Function tuned() {
  Resource<Tuned> device{
      .name = "blockdev",
      .schema = Schema<Tuned>()
                    .key(&Tuned::name, "name", "Block device.")
                    .parameter(&Tuned::read_ahead, "read-ahead", "Sectors of 512 bytes to read ahead.")
                    .parameter(&Tuned::file_read_ahead, "filesystem-read-ahead", "Sectors to read ahead for files.")
                    .parameter(&Tuned::read_only, "read-only", "Nothing can be written.")
                    .parameter(&Tuned::read_write, "read-write", "Something can be written."),
      .read = {},
      .apply = {}};
  device.derived = Schema<Tuned>()
                       .property(&Tuned::ra, "read-ahead", "Sectors read ahead.")
                       .property(&Tuned::fra, "filesystem-read-ahead", "Sectors read ahead for files.")
                       .property(&Tuned::ro, "read-only", "Nothing can be written.");
  device.prepare = [](Tuned& asked, World& world) -> std::optional<Outcome> {
    if (!world.host.status_of_target(asked.name))
      throw Error(ErrorKind::not_found, "Changes to {} cannot be applied. Not a block device.", asked.name);
    if (asked.read_ahead) asked.ra = asked.read_ahead->text;
    if (asked.file_read_ahead) asked.fra = asked.file_read_ahead->text;
    if (asked.read_only) asked.ro = asked.read_only->value ? "1" : "0";
    if (asked.read_write) asked.ro = asked.read_write->value ? "0" : "1";
    return std::nullopt;
  };
  device.read = [](const Tuned& asked, World& world) {
    const auto settings = block_device_settings(asked.name, world.host);
    Tuned now = asked;
    now.ra = settings.at("getra");
    now.fra = settings.at("getfra");
    now.ro = settings.at("getro");
    return std::optional(now);
  };
  device.apply = [](const std::optional<Tuned>& now, const std::optional<Tuned>& want, World& world) {
    Argv argv{"blockdev"};
    if (want->ra && now->ra != want->ra) argv.insert(argv.end(), {"--setra", *want->ra});
    if (want->fra && now->fra != want->fra) argv.insert(argv.end(), {"--setfra", *want->fra});
    if (want->ro && now->ro != want->ro) argv.push_back(*want->ro == "1" ? "--setro" : "--setrw");
    argv.push_back(want->name);
    world.host.run(argv);
  };
  Wording<Tuned> words;
  words.correct = [](const Tuned& asked) { return fmt::format("Block device {} already in correct state", asked.name); };
  words.planned = [](const Change<Tuned>& change) {
    return fmt::format("Changes to {} will be applied", change.asked.name);
  };
  words.done = [](const Change<Tuned>& change) {
    return fmt::format("Block device {} successfully modified", change.asked.name);
  };
  words.changes = [](const Change<Tuned>& change) {
    Map changes;
    for (const Difference& difference : change.differences)
      changes.set(difference.field, fmt::format("Changed from {} to {}", difference.before.as_string(),
                                                difference.after.as_string()));
    return changes;
  };
  return device.ensure("tuned", "The device has these settings.", {{"name", "/dev/vdd"}, {"read-ahead", 1024}},
                       as_given<Tuned>, words);
}

}  // namespace

Module blockdev() {
  return {"blockdev", "Block devices.", {formatted(), tuned()}};
}

}  // namespace halite::states
