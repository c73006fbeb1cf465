// file.copy: a copy of a file or directory of this machine.
#include "common/base/error.h"
#include "states/modules/file/common.h"
#include "states/providers/source_hash.h"

namespace halite::states {
namespace {

struct Copy {
  std::string name, source;
  bool force = false, makedirs = false, preserve = false, subdir = false;
  std::optional<Text> user, group;
  std::optional<FileMode> mode, dir_mode;
  // Derived.
  std::string from, to;  // the file behind a link that may be followed, and where the copy goes
  std::optional<bool> is_copy;
};

Schema<Copy> schema() {
  return Schema<Copy>()
      .key(&Copy::name, "name", "Full path of the copy.")
      .parameter(&Copy::source, "source", "Full path of the file or directory to copy.")
      .parameter(&Copy::force, "force", "Replace a copy that differs. Unset: what is there stays as it is.")
      .parameter(&Copy::makedirs, "makedirs", "Make missing parent directories.")
      .parameter(&Copy::preserve, "preserve", "Keep owner, group and mode of the source.")
      .property(&Copy::user, "user", "Owner. Unset: root.")
      .alias("owner")
      .property(&Copy::group, "group", "Group. Unset: the user's own.")
      .property(&Copy::mode, "mode", "Mode. Unset: that of the source.")
      .parameter(&Copy::dir_mode, "dir_mode", "Mode of parents made by makedirs. Unset: the file's, searchable.")
      .parameter(&Copy::subdir, "subdir", "When a directory is at `name`, the copy goes into it.");
}

std::optional<Outcome> prepare(Copy& asked, World& world) {
  asked.name = full_path(asked.name, world);
  asked.from = follow_link(full_path(asked.source, world), world);
  const auto source = world.host.status(asked.from);
  if (!source) throw Error(ErrorKind::not_found, "Source file \"{}\" is not present", asked.source);
  asked.to = asked.name;
  if (asked.subdir && has_directory(world, asked.name)) asked.to = asked.name + "/" + base_name(asked.source);
  if (asked.preserve) {
    asked.user = Text{world.accounts.user_name(source->uid)};
    asked.group = Text{world.accounts.group_name(source->gid)};
    asked.mode = FileMode{source->mode, false};
  } else {
    asked.user = owner_or_root(asked.user);
    if (!asked.group) asked.group = group_of_owner(*asked.user, world);
    check_owners(asked.user, asked.group, world);
    if (!asked.mode) asked.mode = FileMode{source->mode, false};
  }
  if (world.host.status(asked.to) && !asked.force)
    return unchanged(fmt::format("The target file \"{}\" exists and will not be overwritten", asked.to));
  if (!asked.makedirs && !has_directory(world, parent_of(asked.to)))
    throw Error(ErrorKind::not_found, "The target directory {} is not present", parent_of(asked.to));
  asked.is_copy = true;
  return std::nullopt;
}

// The same kinds, names and contents.
bool is_same(const std::string& a, const std::string& b, World& world) {
  const auto one = world.host.status(a);
  const auto other = world.host.status(b);
  if (!one || !other || one->type != other->type) return false;
  if (one->type == FileType::symlink) return world.host.read_symlink(a) == world.host.read_symlink(b);
  if (one->type == FileType::regular)
    return one->size_bytes == other->size_bytes && world.host.read_file(a) == world.host.read_file(b);
  if (one->type != FileType::directory) return false;
  const auto names = world.host.list_directory(a);
  if (names != world.host.list_directory(b)) return false;
  for (const auto& name : names)
    if (!is_same(a + "/" + name, b + "/" + name, world)) return false;
  return true;
}

std::optional<Copy> read(const Copy& asked, World& world) {
  const auto status = world.host.status(asked.to);
  if (!status) return std::nullopt;
  Copy copy;
  copy.is_copy = is_same(asked.from, asked.to, world);
  copy.user = Text{owner_as_asked(*status, asked.user, world)};
  copy.group = Text{group_as_asked(*status, asked.group, world)};
  copy.mode = FileMode{status->mode, false};
  return copy;
}

// Salt gives all in a copied directory to the owner.
void give_away(const std::string& path, const FileAttributes& owner, World& world) {
  for (const auto& name : world.host.list_directory(path)) {
    const std::string inner = path + "/" + name;
    const auto status = world.host.status(inner);
    if (!status) continue;
    FileAttributes attributes = owner;
    attributes.mode = status->mode;  // a change of owner clears setuid
    world.host.set_attributes(inner, attributes);
    if (status->type == FileType::directory) give_away(inner, owner, world);
  }
}

void apply(const std::optional<Copy>& now, const std::optional<Copy>& want, World& world) {
  const FileAttributes attributes = attributes_of(want->user, want->group, want->mode->bits, world);
  if (now && now->is_copy == true) return world.host.set_attributes(want->to, attributes);
  if (!now && want->makedirs) {
    const unsigned mode = want->dir_mode ? want->dir_mode->bits : searchable(want->mode->bits);
    make_parents(want->to, attributes_of(want->user, want->group, mode, world), world);
  }
  const auto source = world.host.status(want->from);
  const auto target = world.host.status(want->to);
  if (source && source->type == FileType::regular) {
    if (target && target->type == FileType::directory) world.host.remove_tree(want->to);
    return world.host.copy_file(want->from, want->to, attributes);
  }
  if (!source || source->type != FileType::directory)
    throw Error(ErrorKind::denied, "{} is neither a file nor a directory any more", want->from);
  if (target) world.host.remove_tree(want->to);
  copy_path(want->from, want->to, world);
  if (!want->preserve) give_away(want->to, attributes_of(want->user, want->group, {}, world), world);
  world.host.set_attributes(want->to, attributes);
}

Map changes(const Change<Copy>& change) {
  Map shown;
  for (const Difference& difference : change.differences) {
    const bool is_news = !change.creates() || difference.after != Value("root");
    if (difference.field == "copy")
      shown.set(change.asked.to, change.asked.source);
    else if (difference.field != "exists" && is_news && !change.asked.preserve &&
             (difference.field != "mode" || !change.creates()))
      shown.set(difference.field, difference.after);
  }
  return shown;
}

}  // namespace

Function file_copy() {
  Resource<Copy> copy{.name = "file", .schema = schema(), .read = read, .apply = apply};
  copy.derived = Schema<Copy>().property(&Copy::is_copy, "copy", "The same content is there.");
  copy.prepare = prepare;
  copy.rehearses = true;
  Wording<Copy> words;
  words.correct = [](const Copy& asked) {
    return fmt::format("\"{}\" is a copy of \"{}\" already", asked.to, asked.source);
  };
  words.planned = [](const Change<Copy>& change) {
    return fmt::format("File \"{}\" is set to be copied to \"{}\"", change.asked.source, change.asked.to);
  };
  words.done = [](const Change<Copy>& change) {
    return fmt::format("Copied \"{}\" to \"{}\"", change.asked.source, change.asked.to);
  };
  words.changes = changes;
  return copy.ensure("copy", "A copy of a file or directory of this machine is there.",
                     {{"name", "/srv/hosts"}, {"source", "/etc/hosts"}}, as_given<Copy>, words);
}

}  // namespace halite::states
