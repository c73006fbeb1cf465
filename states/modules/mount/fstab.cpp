// mount.fstab_present and mount.fstab_absent: lines of /etc/fstab.
#include "states/providers/fstab.h"

#include "common/base/strings.h"
#include "states/arguments.h"
#include "states/modules/mount/mount.h"
#include "states/providers/mounts.h"
#include "states/resource.h"

namespace halite::states {
namespace {

struct Line {
  std::string name, fs_file, fs_vfstype;
  Value fs_mntops = "defaults";
  Number fs_freq, fs_passno;
  std::string mount_by, config = "/etc/fstab";
  TextList match_on{{"auto"}};
  bool mount = true, not_change = false, fs_mount = true;

  std::string spec;
  std::optional<std::string> entry;  // "same", "other"; empty: none
};

Schema<Line> named() {
  return Schema<Line>()
      .key(&Line::name, "name", "What is mounted: a device, UUID=..., LABEL=..., host:/path.")
      .key(&Line::fs_file, "fs_file", "Where it is mounted.")
      .parameter(&Line::mount_by, "mount_by", "Name the device in the table by this: device, label, uuid, partuuid.")
      .one_of({"", "device", "label", "uuid", "partuuid", "partlabel"})
      .parameter(&Line::config, "config", "The table of what is mounted at boot.");
}

// The device by another of its names, asked with blkid.
std::string converted(const std::string& device, const std::string& by, Host& host) {
  if (by.empty() || (by == "device" && device.starts_with('/'))) return device;
  std::string key = by;
  for (char& c : key) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (device.starts_with(key + "=")) return device;
  Command command;
  command.argv = {"blkid", "-o", "value", "-s", key, device};
  if (!device.starts_with('/')) command.argv = {"blkid", "-o", "device", "-t", device};
  const std::string found(trim(host.execute(command).output));
  if (found.empty() || found.find('\n') != std::string::npos)
    throw Error(ErrorKind::not_found, "Device {} cannot be converted to {}", device, by);
  if (device.starts_with('/')) return key + "=" + found;
  return by == "device" ? found : converted(found, by, host);
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

void settle_names(Line& asked, World& world) {
  asked.fs_file = without_slash(asked.fs_file);
  asked.spec = converted(asked.name, asked.mount_by, world.host);
}

FstabEntry entry_of(const Line& asked) {
  return {.device = fstab_text(asked.spec),
          .place = fstab_text(asked.fs_file),
          .type = asked.fs_vfstype,
          .options = fstab_text(join(Convert<TextList>::decode(asked.fs_mntops).items, ",")),
          .dump = std::to_string(asked.fs_freq.value),
          .pass = std::to_string(asked.fs_passno.value)};
}

std::optional<Line> read(const Line& asked, World& world) {
  Line now = asked;
  now.entry = "";
  const auto fields = fstab_fields(asked.match_on.items, asked.fs_vfstype);
  for (const auto& entry : Fstab(asked.config, world.host).find(entry_of(asked), fields))
    now.entry = entry.is_same(entry_of(asked)) || asked.not_change ? "same" : "other";
  return now;
}

void apply(const std::optional<Line>& now, const std::optional<Line>& want, World& world) {
  Fstab table(want->config, world.host);
  table.set(entry_of(*want), fstab_fields(want->match_on.items, want->fs_vfstype));
  table.save();
  if (now->entry != "" || !want->mount || want->fs_vfstype == "swap") return;
  try {
    run_mount_tool({"mount", want->fs_file}, world.host);
  } catch (const Error& error) {
    throw Error(error.kind(), "Error while mounting {}", error.message());
  }
}

std::optional<Line> read_absent(const Line& asked, World& world) {
  Line now = asked;
  const FstabEntry like{.device = fstab_text(asked.spec), .place = fstab_text(asked.fs_file), .type = "", .options = ""};
  return Fstab(asked.config, world.host).find(like, {"name", "device"}).empty() ? std::nullopt : std::optional(now);
}

void apply_absent(const std::optional<Line>& now, const std::optional<Line>&, World& world) {
  const FstabEntry like{.device = fstab_text(now->spec), .place = fstab_text(now->fs_file), .type = "", .options = ""};
  Fstab table(now->config, world.host);
  table.remove(like, {"name", "device"});
  table.save();
}

}  // namespace

Function mount_fstab_present() {
  const auto schema =
      named()
          .key(&Line::fs_vfstype, "fs_vfstype", "Type of the file system.")
          .parameter(&Line::fs_mntops, "fs_mntops", "Mount options: a list, or text with commas.")
          .parameter(&Line::fs_freq, "fs_freq", "Fifth field: whether dump takes it.")
          .parameter(&Line::fs_passno, "fs_passno", "Sixth field: order of checks at boot.")
          .parameter(&Line::mount, "mount", "Mount it when the line is new.")
          .parameter(&Line::match_on, "match_on", "Fields by which the line is known: auto, name, device, fstype, opts.")
          .parameter(&Line::not_change, "not_change", "Leave a line that is there as it is.")
          .parameter(&Line::fs_mount, "fs_mount", "Kept for Salt's trees; it means something on AIX.");
  Resource<Line> line{.name = "mount", .schema = schema, .read = read, .apply = apply};
  line.derived = Schema<Line>().property(&Line::entry, "persist", "The line.");
  line.prepare = [](Line& asked, World& world) -> std::optional<Outcome> {
    settle_names(asked, world);
    asked.entry = "same";
    return std::nullopt;
  };
  Wording<Line> words;
  words.correct = [](const Line& asked) {
    return fmt::format("{} entry was already in {}.", asked.fs_file, asked.config);
  };
  words.planned = [](const Change<Line>& change) {
    const Line& asked = change.asked;
    if (change.before->entry == "other") return fmt::format("{} entry will be updated in {}.", asked.fs_file, asked.config);
    return fmt::format("{} entry will be written in {}.", asked.fs_file, asked.config) +
           (asked.mount ? fmt::format("\nWill mount {} on {}", asked.name, asked.fs_file) : "");
  };
  words.done = [](const Change<Line>& change) {
    const Line& asked = change.asked;
    if (change.before->entry == "other") return fmt::format("{} entry updated in {}.", asked.fs_file, asked.config);
    return fmt::format("{} entry added in {}.", asked.fs_file, asked.config) +
           (asked.mount ? fmt::format("\nMounted {} on {}", asked.name, asked.fs_file) : "");
  };
  words.changes = [](const Change<Line>& change) {
    return Map{{"persist", change.before->entry == "" ? "new" : "change"}};
  };
  return line.ensure("fstab_present", "The table of what is mounted at boot has the line.",
                     {{"name", "/dev/vdc1"}, {"fs_file", "/mnt/more"}, {"fs_vfstype", "ext4"}, {"mount", false}},
                     as_given<Line>, words);
}

Function mount_fstab_absent() {
  Resource<Line> line{.name = "mount", .schema = named(), .read = read_absent, .apply = apply_absent};
  line.prepare = [](Line& asked, World& world) -> std::optional<Outcome> {
    settle_names(asked, world);
    return std::nullopt;
  };
  Wording<Line> words;
  words.correct = [](const Line& asked) {
    return fmt::format("{} entry is already missing in {}.", asked.fs_file, asked.config);
  };
  words.planned = [](const Change<Line>& change) {
    return fmt::format("{} entry will be removed from {}.", change.asked.fs_file, change.asked.config);
  };
  words.done = [](const Change<Line>& change) {
    return fmt::format("{} entry removed from {}.", change.asked.fs_file, change.asked.config);
  };
  words.changes = [](const Change<Line>&) { return Map{{"persist", "removed"}}; };
  return line.ensure("fstab_absent", "The table of what is mounted at boot does not have the line.",
                     {{"name", "/dev/old"}, {"fs_file", "/mnt/old"}}, nothing<Line>, words);
}

}  // namespace halite::states
