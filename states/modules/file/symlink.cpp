// file.symlink: a symlink with a target and an owner.
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Symlink {
  std::string name;
  std::optional<std::string> target;
  bool force = false, makedirs = false, follow_symlinks = true;
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
      .parameter(&Symlink::backupname, "backupname", "Where a file or directory in the way is moved to.")
      .parameter(&Symlink::makedirs, "makedirs", "Make missing parent directories.")
      .property(&Symlink::user, "user", "Owner of the link itself. Unset: keep it; a new one is root's.")
      .alias("owner")
      .property(&Symlink::group, "group", "Group of the link itself. Unset: keep it; a new one is root's.")
      .parameter(&Symlink::mode, "mode", "Mode of parents made by makedirs.")
      .parameter(&Symlink::follow_symlinks, "follow_symlinks", "Judge what is in the way by what it leads to.");
}

std::optional<Outcome> prepare(Symlink& asked, World& world) {
  if (!asked.target || asked.target->empty()) throw Error(ErrorKind::invalid, "Must provide target to file.symlink");
  asked.name = full_path(asked.name, world);
  check_owners(asked.user, asked.group, world);
  asked.in_the_way = "";
  const auto status = world.host.status(asked.name);
  if (status && status->type != FileType::symlink && !asked.force && asked.backupname.empty())
    throw Error(ErrorKind::invalid, "{} exists where the symlink {} should be",
                status->type == FileType::directory ? "Directory" : "File", asked.name);
  if (status && status->type != FileType::symlink && !asked.backupname.empty() && !asked.force &&
      world.host.status(asked.backupname))
    throw Error(ErrorKind::invalid, "Symlink & backup dest exists and Force not set. {} -> {} - backup: {}", asked.name,
                *asked.target, asked.backupname);
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
  link.user = Text{owner_as_asked(*status, asked.user, world)};
  link.group = Text{group_as_asked(*status, asked.group, world)};
  return link;
}

void apply(const std::optional<Symlink>& now, const std::optional<Symlink>& want, World& world) {
  if (now && !now->in_the_way->empty()) {
    if (want->backupname.empty()) {
      world.host.remove_tree(want->name);
    } else {
      if (want->force && world.host.status(want->backupname)) world.host.remove_tree(want->backupname);
      world.host.rename(want->name, want->backupname);
    }
  }
  if (!now && want->makedirs) {
    std::optional<unsigned> mode;
    if (want->mode) mode = want->mode->bits;
    make_parents(want->name, attributes_of(want->user, want->group, mode, world), world);
  }
  if (!now || now->target != want->target) world.host.make_symlink(want->name, *want->target);
  if (want->user || want->group)
    world.host.set_attributes(want->name, attributes_of(want->user, want->group, {}, world));
}

Map changes(const Change<Symlink>& change) {
  Map shown;
  if (change.before && change.before->in_the_way && !change.before->in_the_way->empty())
    shown.set("forced",
              fmt::format("{} for {}", change.asked.backupname.empty() ? "Symlink was forcibly replaced" : "Moved away",
                          change.asked.name));
  for (const Difference& difference : change.differences) {
    if (difference.field == "target") shown.set("new", change.asked.name);
    const bool is_news = !change.creates() || difference.after != Value("root");
    const bool is_asked = difference.field == "user" ? change.asked.user.has_value() : change.asked.group.has_value();
    if ((difference.field == "user" || difference.field == "group") && is_news && is_asked)
      shown.set(difference.field, difference.after);
  }
  return shown;
}

}  // namespace

Function file_symlink() {
  Resource<Symlink> link{.name = "file", .schema = schema(), .read = read, .apply = apply};
  link.derived =
      Schema<Symlink>().property(&Symlink::in_the_way, "in the way", "What stands where the symlink should be.");
  link.prepare = prepare;
  link.ignored = {{"win_owner", "it means something on Windows alone"},
                  {"win_perms", "it means something on Windows alone"},
                  {"win_deny_perms", "it means something on Windows alone"},
                  {"win_inheritance", "it means something on Windows alone"}};
  Wording<Symlink> words;
  words.correct = [](const Symlink& asked) {
    if (!asked.user && !asked.group) return fmt::format("The symlink {} is present", asked.name);
    return fmt::format("Symlink {} is present and owned by {}:{}", asked.name, asked.user ? asked.user->text : "root",
                       asked.group ? asked.group->text : "root");
  };
  words.planned = [](const Change<Symlink>& change) {
    return fmt::format("Symlink {} to {} is set for creation", change.asked.name, *change.asked.target);
  };
  words.done = [](const Change<Symlink>& change) -> std::string {
    for (const Difference& difference : change.differences)
      if (difference.field == "target")
        return fmt::format("Created new symlink {} -> {}", change.asked.name, *change.asked.target);
    return fmt::format("Set ownership of symlink {} to {}:{}", change.asked.name,
                       change.asked.user ? change.asked.user->text : "root",
                       change.asked.group ? change.asked.group->text : "root");
  };
  words.changes = changes;
  return link.ensure("symlink", "The symlink is there and holds this target.",
                     {{"name", "/etc/localtime"}, {"target", "/usr/share/zoneinfo/UTC"}}, as_given<Symlink>, words);
}

}  // namespace halite::states
