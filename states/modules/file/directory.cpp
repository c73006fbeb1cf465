// file.directory: a directory with an owner and a mode, and as asked all below it.
#include "states/modules/file/directory.h"

#include <algorithm>

#include "common/base/strings.h"
#include "states/modules/file/common.h"

namespace halite::states {
namespace {

Schema<Directory> schema() {
  return Schema<Directory>()
      .key(&Directory::name, "name", "Full path of the directory.")
      .parameter(&Directory::user, "user", "Owner, by name or number. Unset: keep it; a new directory is root's.")
      .alias("owner")
      .parameter(&Directory::group, "group", "Group, by name or number. Unset: keep it; a new directory is root's.")
      .parameter(&Directory::dir_mode, "dir_mode",
                 "Mode of the directory and, with recurse, of those below. Unset: keep it.")
      .alias("mode")
      .parameter(&Directory::file_mode, "file_mode", "With recurse: mode of files. Unset: dir_mode.")
      .parameter(&Directory::recurse, "recurse",
                 "What to enforce below: a list of user, group, mode, ignore_files, ignore_dirs, silent.")
      .parameter(&Directory::max_depth, "max_depth", "With recurse: how deep to go; 0 is the directory's own entries.")
      .parameter(&Directory::makedirs, "makedirs", "Make missing parent directories.")
      .parameter(&Directory::clean, "clean", "Remove all that is in it and belongs to no file state it requires.")
      .parameter(&Directory::exclude_pat, "exclude_pat",
                 "With clean: keep what this glob, or E@ and a regular expression, matches.")
      .parameter(&Directory::follow_symlinks, "follow_symlinks",
                 "A symlink to a directory is managed as that directory.")
      .parameter(&Directory::force, "force", "Replace a file or symlink that stands in the way.")
      .parameter(&Directory::backupname, "backupname",
                 "Where a file or symlink in the way is moved to: a full path, or a name beside it.")
      .parameter(&Directory::allow_symlink, "allow_symlink", "A symlink to a directory will do.")
      .parameter(&Directory::children_only, "children_only", "With recurse: leave the directory itself alone.");
}

Schema<Directory> derived() {
  return Schema<Directory>()
      .property(&Directory::in_the_way, "in the way", "What stands where the directory should be.")
      .property(&Directory::own_user, "user", "Owner.")
      .property(&Directory::own_group, "group", "Group.")
      .property(&Directory::own_mode, "mode", "Mode.")
      .property(&Directory::below, "below", "What is not as asked below the directory.")
      .property(&Directory::extra, "extra", "What clean removes.");
}

// "file" or "symlink" when that stands in the way.
std::string obstacle(const Directory& asked, World& world) {
  const auto status = world.host.status(asked.name);
  if (!status || status->type == FileType::directory) return "";
  if (status->type != FileType::symlink) return "file";
  const auto target = world.host.status_of_target(asked.name);
  const bool leads_to_directory = target && target->type == FileType::directory;
  return leads_to_directory && asked.allow_symlink && !asked.force ? "" : "symlink";
}

std::optional<Outcome> prepare(Directory& asked, World& world) {
  asked.name = full_path(asked.name, world);
  if (asked.max_depth && asked.clean) throw Error(ErrorKind::invalid, "Cannot specify both max_depth and clean");
  check_owners(asked.user, asked.group, world);
  if (!asked.file_mode) asked.file_mode = asked.dir_mode;
  if (!asked.children_only) {
    asked.own_user = asked.user;
    asked.own_group = asked.group;
    asked.own_mode = asked.dir_mode;
  }
  const std::string in_the_way = obstacle(asked, world);
  if (!in_the_way.empty() && !asked.force && asked.backupname.empty())
    throw Error(ErrorKind::invalid, "Specified location {} exists and is a {}", asked.name, in_the_way);
  if (!asked.backupname.empty()) asked.backupname = backup_place(asked.name, asked.backupname);
  if (!in_the_way.empty() && !asked.backupname.empty() && !asked.force && world.host.status(asked.backupname))
    throw Error(ErrorKind::invalid, "File exists where the backup target {} should go", asked.backupname);
  asked.in_the_way = "";
  if (!world.host.status(asked.name) && !asked.makedirs && !has_directory(world, parent_of(asked.name)))
    throw Error(ErrorKind::not_found, "No directory to create {} in", asked.name);
  if (!asked.recurse.is_null()) asked.below = Map();
  if (asked.clean) asked.extra = std::vector<std::string>();
  return std::nullopt;
}

std::optional<Directory> read(const Directory& asked, World& world) {
  const auto own = world.host.status(asked.name);
  if (!own) return std::nullopt;
  Directory directory;
  directory.in_the_way = obstacle(asked, world);
  if (!directory.in_the_way->empty()) return directory;
  const auto target = world.host.status_of_target(asked.name);
  const FileStatus status = own->type == FileType::symlink && target && asked.follow_symlinks ? *target : *own;
  directory.own_user = Text{owner_as_asked(status, asked.user, world)};
  directory.own_group = Text{group_as_asked(status, asked.group, world)};
  // A symlink has no mode of its own.
  directory.own_mode = status.type == FileType::symlink ? asked.own_mode : FileMode{status.mode, false};
  if (asked.below) directory.below = differing_below(asked, world);
  if (asked.extra) directory.extra = surplus_below(asked.name, required_files(world), asked.exclude_pat, world);
  return directory;
}

void clear_the_way(const Directory& want, World& world) {
  if (want.backupname.empty()) return world.host.remove_file(want.name);
  if (want.force && world.host.status(want.backupname)) world.host.remove_tree(want.backupname);
  move_path(want.name, want.backupname, world);
}

void mend(const std::string& path, const Value& wrong, World& world) {
  const auto text = [&](const char* key) -> std::optional<Text> {
    const Value* value = wrong.find(key);
    return value ? std::optional(Text{value->as_string()}) : std::nullopt;
  };
  std::optional<unsigned> mode;
  if (const Value* value = wrong.find("mode")) mode = Convert<FileMode>::decode(*value).bits;
  // A change of owner clears setuid and setgid: the mode is given anew with it.
  if (!mode)
    if (const auto status = world.host.status(path); status && status->type != FileType::symlink) mode = status->mode;
  world.host.set_attributes(path, attributes_of(text("user"), text("group"), mode, world));
}

void apply(const std::optional<Directory>& now, const std::optional<Directory>& want, World& world) {
  std::optional<unsigned> mode;
  if (want->own_mode) mode = want->own_mode->bits;
  const FileAttributes attributes = attributes_of(want->own_user, want->own_group, mode, world);
  const bool is_new = !now || !now->in_the_way->empty();
  if (now && is_new) clear_the_way(*want, world);
  if (is_new) {
    if (want->makedirs) make_parents(want->name, attributes, world);
    FileAttributes made = attributes;
    if (!made.mode && world.umask) made.mode = 0777 & ~*world.umask;
    return world.host.make_directory(want->name, made);
  }
  const auto own = world.host.status(want->name);
  const bool is_link = own && own->type == FileType::symlink && want->follow_symlinks;
  world.host.set_attributes(is_link ? follow_link(want->name, world) : want->name, attributes);
  if (now->below)
    for (const auto& [path, wrong] : *now->below) mend(path.as_string(), wrong, world);
  if (now->extra)
    for (const auto& path : *now->extra) world.host.remove_tree(path);
}

Map all_changes(const Change<Directory>& change) {
  const std::string& name = change.asked.name;
  Map shown, own;
  const bool replaces = change.before && change.before->in_the_way && !change.before->in_the_way->empty();
  if (replaces && change.asked.backupname.empty())
    shown.set("forced",
              change.before->in_the_way == "file" ? "File was forcibly replaced" : "Symlink was forcibly replaced");
  if (change.creates() || replaces) {
    shown.set(name, Map{{"directory", "new"}});
    return shown;
  }
  for (const Difference& difference : change.differences) {
    if (difference.field == "below") {
      for (const auto& [path, wrong] : difference.before.as_map()) shown.set(path, wrong);
    } else if (difference.field == "extra") {
      shown.set("removed", difference.before);
    } else {
      own.set(difference.field, difference.after);
    }
  }
  if (!own.empty()) shown.set(name, own);
  return shown;
}

Map changes(const Change<Directory>& change) {
  const List* words = change.asked.recurse.if_list();
  if (words && std::find(words->begin(), words->end(), Value("silent")) != words->end())
    return {{"recursion", "Changes silenced"}};
  return all_changes(change);
}

std::string planned(const Change<Directory>& change) {
  std::string comment = "The following files will be changed:\n";
  for (const auto& [path, what] : all_changes(change)) {
    if (!what.is_map()) continue;
    for (const auto& [key, value] : what.as_map())
      comment += fmt::format("{}: {} - {}\n", path.as_string(), key.as_string(), short_text(value));
  }
  if (change.before && change.before->extra)
    for (const auto& path : *change.before->extra) comment += fmt::format("{}: removed - Removed due to clean\n", path);
  return comment;
}

std::string done(const Change<Directory>& change) {
  if (change.after && change.before && change.before->extra && !change.before->extra->empty())
    return fmt::format("Files cleaned from directory {}", change.asked.name);
  return fmt::format(fmt::runtime(change.asked.children_only ? "Directory {}/* updated" : "Directory {} updated"),
                     change.asked.name);
}

}  // namespace

Function file_directory() {
  Resource<Directory> directory{.name = "file", .schema = schema(), .read = read, .apply = apply, .derived = derived()};
  directory.prepare = prepare;
  directory.rehearses = true;
  directory.ignored = ignored_on_linux();
  Wording<Directory> words{.planned = planned, .done = done, .changes = changes};
  words.correct = [](const Directory& asked) {
    return fmt::format("The directory {} is in the correct state", asked.name);
  };
  const Map example{{"name", "/srv/site"}, {"user", "root"}, {"group", "root"}, {"mode", "0755"}, {"makedirs", true}};
  return directory.ensure("directory", "The directory is there, with this owner and mode.", example,
                          as_given<Directory>, words);
}

}  // namespace halite::states
