// file.symlink: a symlink with a target and an owner.
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Symlink {
  std::string name;
  std::optional<std::string> target;
  bool force = false, makedirs = false, atomic = false, disallow_copy_and_unlink = false, inherit = false;
  std::string backupname;
  std::optional<Text> user, group;
  std::optional<FileMode> mode;
  // Derived.
  std::optional<std::string> in_the_way;
};

Schema<Symlink> schema() {
  return Schema<Symlink>()
      .key(&Symlink::name, "name", "Full path of the symlink.")
      .property(&Symlink::target, "target", "What the symlink holds; kept as written, relative ones too.")
      .parameter(&Symlink::force, "force", "Replace a file or directory that stands in the way.")
      .parameter(&Symlink::backupname, "backupname",
                 "Where a file or directory in the way is moved to: a full path, or a name beside it.")
      .parameter(&Symlink::makedirs, "makedirs", "Make missing parent directories.")
      .property(&Symlink::user, "user", "Owner of the link itself. Unset: root.")
      .alias("owner")
      .property(&Symlink::group, "group", "Group of the link itself. Unset: the user's own.")
      .parameter(&Symlink::mode, "mode", "Mode of parents made by makedirs.")
      .parameter(&Symlink::atomic, "atomic", "Replace a file in the way without a moment in which nothing is there.")
      .parameter(&Symlink::disallow_copy_and_unlink, "disallow_copy_and_unlink",
                 "Refuse to move what is in the way to another file system.")
      .parameter(&Symlink::inherit, "inherit_user_and_group", "Unset owners are those that the symlink has.");
}

void fill_owners(Symlink& asked, const std::optional<FileStatus>& status, World& world) {
  if (asked.inherit && status && status->type == FileType::symlink) {
    if (!asked.user) asked.user = Text{world.accounts.user_name(status->uid)};
    if (!asked.group) asked.group = Text{world.accounts.group_name(status->gid)};
  }
  asked.user = owner_or_root(asked.user);
  if (!asked.group) asked.group = group_of_owner(*asked.user, world);
  check_owners_exist(asked.user, asked.group, world);
}

// What stands there and may not be replaced, in Salt's words.
void check_way(const Symlink& asked, const FileStatus& status, World& world) {
  if (!asked.backupname.empty()) {
    const std::string place = backup_place(asked.name, asked.backupname);
    if (world.host.status(place) && !asked.force)
      throw Error(ErrorKind::invalid, "Symlink & backup dest exists and Force not set. {} -> {} - backup: {}",
                  asked.name, *asked.target, place);
    const auto there = world.host.status_of_target(parent_of(place));
    if (asked.disallow_copy_and_unlink && there && there->device != status.device)
      throw Error(ErrorKind::invalid, "Unable to rename {} to backup {} -> : it is on another file system", asked.name,
                  place);
    return;
  }
  if (asked.force || asked.atomic) return;
  const char* kind = status.type == FileType::regular     ? "File"
                     : status.type == FileType::directory ? "Directory"
                                                          : "File system entry";
  throw Error(ErrorKind::invalid, "{} exists where the symlink {} should be", kind, asked.name);
}

std::optional<Outcome> prepare(Symlink& asked, World& world) {
  if (!asked.target || asked.target->empty()) throw Error(ErrorKind::invalid, "Must provide target to file.symlink");
  asked.name = full_path(asked.name, world);
  const auto status = world.host.status(asked.name);
  fill_owners(asked, status, world);
  asked.in_the_way = "";
  if (status && status->type != FileType::symlink) check_way(asked, *status, world);
  if (!status && !asked.makedirs && !has_directory(world, parent_of(asked.name)))
    throw Error(ErrorKind::not_found, "Directory {} for symlink is not present", parent_of(asked.name));
  return std::nullopt;
}

std::optional<Symlink> read(const Symlink& asked, World& world) {
  const auto status = world.host.status(asked.name);
  if (!status) return std::nullopt;
  Symlink link;
  link.in_the_way = status->type == FileType::symlink ? "" : status->type == FileType::directory ? "directory" : "file";
  if (!link.in_the_way->empty()) return link;
  link.target = world.host.read_symlink(asked.name);
  // Another spelling of the same place will do.
  if (asked.target && normal_path(*link.target) == normal_path(*asked.target)) link.target = asked.target;
  link.user = Text{owner_as_asked(*status, asked.user, world)};
  link.group = Text{group_as_asked(*status, asked.group, world)};
  return link;
}

void clear_the_way(const Symlink& now, const Symlink& want, World& world) {
  if (want.backupname.empty()) {
    // A file gives way to the link in one step.
    if (*now.in_the_way == "directory") world.host.remove_tree(want.name);
    return;
  }
  const std::string place = backup_place(want.name, want.backupname);
  if (world.host.status(place)) world.host.remove_tree(place);
  move_path(want.name, place, world);
}

void apply(const std::optional<Symlink>& now, const std::optional<Symlink>& want, World& world) {
  if (now && !now->in_the_way->empty()) clear_the_way(*now, *want, world);
  if (!now && want->makedirs) {
    std::optional<unsigned> mode;
    if (want->mode) mode = want->mode->bits;
    make_parents(want->name, attributes_of(want->user, want->group, mode, world), world);
  }
  if (!now || now->target != want->target) world.host.make_symlink(want->name, *want->target);
  world.host.set_attributes(want->name, attributes_of(want->user, want->group, {}, world));
}

std::string ownership(const Symlink& asked) {
  return asked.user->text + ":" + asked.group->text;
}

bool sets_target(const Change<Symlink>& change) {
  for (const Difference& difference : change.differences)
    if (difference.field == "target") return true;
  return false;
}

Map changes(const Change<Symlink>& change) {
  if (sets_target(change)) return {{"new", change.asked.name}};
  return {{"ownership", ownership(change.asked)}};
}

std::string planned(const Change<Symlink>& change) {
  const Symlink& asked = change.asked;
  if (!change.before) return fmt::format("Symlink {} to {} is set for creation", asked.name, *asked.target);
  if (!change.before->in_the_way->empty())
    return fmt::format("The file or directory {} is set for removal to make way for a new symlink targeting {}",
                       asked.name, *asked.target);
  if (sets_target(change)) return fmt::format("Link {} target is set to be changed to {}", asked.name, *asked.target);
  return fmt::format("The symlink {} is present, but the ownership of the symlink would be changed from {} to {}",
                     asked.name, ownership(*change.before), ownership(asked));
}

}  // namespace

Function file_symlink() {
  Resource<Symlink> link{.name = "file", .schema = schema(), .read = read, .apply = apply};
  link.derived =
      Schema<Symlink>().property(&Symlink::in_the_way, "in the way", "What stands where the symlink should be.");
  link.prepare = prepare;
  link.rehearses = true;
  link.ignored = ignored_on_linux();
  Wording<Symlink> words{.planned = planned, .changes = changes};
  words.correct = [](const Symlink& asked) {
    return fmt::format("Symlink {} is present and owned by {}", asked.name, ownership(asked));
  };
  words.done = [](const Change<Symlink>& change) {
    if (sets_target(change))
      return fmt::format("Created new symlink {} -> {}", change.asked.name, *change.asked.target);
    return fmt::format("Set ownership of symlink {} to {}", change.asked.name, ownership(change.asked));
  };
  return link.ensure("symlink", "The symlink is there and holds this target.",
                     {{"name", "/etc/localtime"}, {"target", "/usr/share/zoneinfo/UTC"}}, as_given<Symlink>, words);
}

}  // namespace halite::states
