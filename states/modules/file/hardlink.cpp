// file.hardlink: a second name of a file.
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

struct Hardlink {
  std::string name, target;
  bool force = false, makedirs = false;
  std::optional<Text> user, group;
  std::optional<FileMode> dir_mode;
  // Derived.
  std::optional<bool> is_linked;
  bool replaces_file = false;
};

Schema<Hardlink> schema() {
  return Schema<Hardlink>()
      .key(&Hardlink::name, "name", "Full path of the second name.")
      .parameter(&Hardlink::target, "target", "Full path of the file.")
      .parameter(&Hardlink::force, "force", "Replace a file of its own that stands in the way.")
      .parameter(&Hardlink::makedirs, "makedirs", "Make missing parent directories.")
      .parameter(&Hardlink::user, "user", "Owner of parents made by makedirs. Unset: root.")
      .alias("owner")
      .parameter(&Hardlink::group, "group", "Group of parents made by makedirs. Unset: the user's own.")
      .parameter(&Hardlink::dir_mode, "dir_mode", "Mode of parents made by makedirs.");
}

bool is_same_file(const std::optional<FileStatus>& a, const std::optional<FileStatus>& b) {
  return a && b && a->inode == b->inode && a->device == b->device;
}

std::optional<Outcome> prepare(Hardlink& asked, World& world) {
  asked.user = owner_or_root(asked.user);
  if (!asked.group) asked.group = group_of_owner(*asked.user, world);
  check_owners_exist(asked.user, asked.group, world);
  asked.name = full_path(asked.name, world);
  if (!asked.target.starts_with('/'))
    throw Error(ErrorKind::invalid, "Specified target {} is not an absolute path", asked.target);
  asked.target = full_path(asked.target, world);
  const auto target = world.host.status(asked.target);
  const auto there = world.host.status(asked.name);
  if (there && there->type == FileType::directory)
    throw Error(ErrorKind::invalid, "Unable to hard link to directory {}", asked.name);
  if (target && target->type == FileType::directory)
    throw Error(ErrorKind::invalid, "Unable to hard link from directory {}", asked.target);
  if (!target) throw Error(ErrorKind::not_found, "Target {} for hard link does not exist", asked.target);
  if (!there && !asked.makedirs && !has_directory(world, parent_of(asked.name)))
    throw Error(ErrorKind::not_found, "Directory {} for hard link is not present", parent_of(asked.name));
  // A file with further names loses nothing.
  asked.replaces_file = there && !is_same_file(there, target) && there->links < 2;
  if (asked.replaces_file && !asked.force)
    throw Error(ErrorKind::invalid, "File exists where the hard link {} should be", asked.name);
  asked.is_linked = true;
  return std::nullopt;
}

std::optional<Hardlink> read(const Hardlink& asked, World& world) {
  const auto status = world.host.status(asked.name);
  if (!status) return std::nullopt;
  Hardlink link;
  link.is_linked = is_same_file(status, world.host.status(asked.target));
  return link;
}

void apply(const std::optional<Hardlink>& now, const std::optional<Hardlink>& want, World& world) {
  if (!now && want->makedirs) {
    std::optional<unsigned> mode;
    if (want->dir_mode) mode = want->dir_mode->bits;
    make_parents(want->name, attributes_of(want->user, want->group, mode, world), world);
  }
  if (now) world.host.remove_file(want->name);
  world.host.make_hardlink(want->name, want->target);
}

}  // namespace

Function file_hardlink() {
  Resource<Hardlink> link{.name = "file", .schema = schema(), .read = read, .apply = apply};
  link.derived = Schema<Hardlink>().property(&Hardlink::is_linked, "linked", "It is a name of the same file.");
  link.prepare = prepare;
  link.rehearses = true;
  Wording<Hardlink> words;
  words.correct = [](const Hardlink& asked) {
    return fmt::format("Target of hard link {} is already pointing to {}", asked.name, asked.target);
  };
  words.planned = [](const Change<Hardlink>& change) {
    const Hardlink& asked = change.asked;
    if (asked.replaces_file)
      return fmt::format("The file or directory {} is set for removal to make way for a new hard link targeting {}",
                         asked.name, asked.target);
    if (change.before) return fmt::format("Link {} target is set to be changed to {}", asked.name, asked.target);
    return fmt::format("Hard link {} to {} is set for creation", asked.name, asked.target);
  };
  words.done = [](const Change<Hardlink>& change) {
    const bool is_new = !change.before || change.asked.replaces_file;
    return fmt::format("{} hard link {} -> {}", is_new ? "Created new" : "Set target of", change.asked.name,
                       change.asked.target);
  };
  words.changes = [](const Change<Hardlink>& change) {
    Map shown{{"new", change.asked.name}};
    if (change.asked.replaces_file) shown.set("forced", "File for hard link was forcibly replaced");
    return shown;
  };
  return link.ensure("hardlink", "A second name of a file is there.",
                     {{"name", "/etc/hosts.link"}, {"target", "/etc/hosts"}}, as_given<Hardlink>, words);
}

}  // namespace halite::states
