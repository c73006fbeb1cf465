// file.*: what makes, removes, moves files and gives them owners and modes.
#include "common/base/error.h"
#include "common/base/shell_words.h"
#include "common/base/strings.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/backups.h"
#include "states/providers/paths.h"

namespace halite::minion {
namespace {

using states::FileMode;
using states::Text;
using states::World;

struct At {
  std::string path;
  std::optional<Text> user, group;
  std::optional<FileMode> mode;
  bool recurse = false;
  Value verbose, older_than;
};

FileAttributes attributes_of(const At& args, World& world) {
  FileAttributes attributes;
  if (args.mode) attributes.mode = args.mode->bits;
  if (args.user) {
    attributes.uid = world.accounts.uid(args.user->text);
    if (!attributes.uid) throw Error(ErrorKind::not_found, "User does not exist: {}", args.user->text);
  }
  if (args.group) {
    attributes.gid = world.accounts.gid(args.group->text);
    if (!attributes.gid) throw Error(ErrorKind::not_found, "Group does not exist: {}", args.group->text);
  }
  return attributes;
}

// ---- directories ----

Value mkdir(const At& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  if (world.host.status_of_target(path)) return true;
  const FileAttributes attributes = attributes_of(args, world);
  states::make_parents(path, attributes, world);
  world.host.make_directory(path, attributes);
  return true;
}

Value makedirs(const At& args, Call& call) {
  World world = make_world(call);
  // Salt: what is behind the last slash is a file to come.
  const std::string path = states::full_path(args.path.ends_with('/') ? args.path + "x" : args.path, world);
  const std::string directory = states::parent_of(path);
  if (world.host.status_of_target(directory)) return fmt::format("Directory '{}' already exists", directory);
  states::make_parents(path, attributes_of(args, world), world);
  return Value();
}

Value makedirs_perms(const At& args, Call& call) {
  At asked = args;
  if (!asked.mode) asked.mode = FileMode{0755, false};
  return mkdir(asked, call);
}

bool remove_empty_below(const std::string& path, World& world) {
  bool is_empty = true;
  for (const auto& name : world.host.list_directory(path)) {
    const std::string inner = path + "/" + name;
    const auto status = world.host.status(inner);
    const bool is_directory = status && status->type == FileType::directory;
    is_empty &= is_directory && remove_empty_below(inner, world);
  }
  if (is_empty) world.host.remove_directory(path);
  return is_empty;
}

Value rmdir(const At& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  const auto status = world.host.status(path);
  if (!status || status->type != FileType::directory)
    throw Error(ErrorKind::invalid, "A valid directory was not specified: {}", path);
  if (!args.older_than.is_null())
    throw Error(ErrorKind::invalid, "older_than is not known here: removing by age is file.find with delete");
  if (args.recurse) return remove_empty_below(path, world);
  world.host.remove_directory(path);
  return true;
}

Value remove(const At& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  if (path == "/") throw Error(ErrorKind::invalid, "Refusing to remove \"/\"");
  if (!world.host.status(path)) return false;
  world.host.remove_tree(path);
  return true;
}

// ---- copies, names and links ----

struct FromTo {
  std::string from, to;
  bool recurse = false, remove_existing = false, force = false, atomic = false, disallow_copy_and_unlink = false;
};

Value copy(const FromTo& args, Call& call) {
  World world = make_world(call);
  const std::string from = states::follow_link(states::full_path(args.from, world), world);
  std::string to = states::full_path(args.to, world);
  const auto source = world.host.status(from);
  if (!source) throw Error(ErrorKind::not_found, "No such file or directory '{}'", args.from);
  const auto target = world.host.status_of_target(to);
  if (source->type == FileType::directory && !args.recurse)
    throw Error(ErrorKind::invalid, "Could not copy '{}' to '{}': it is a directory, and recurse is not set", args.from,
                args.to);
  if (source->type == FileType::regular && target && target->type == FileType::directory)
    to += "/" + states::base_name(from);
  const auto there = world.host.status(to);
  if (there && (args.remove_existing || there->type != FileType::regular || source->type != FileType::regular)) {
    if (!args.remove_existing)
      throw Error(ErrorKind::invalid, "Could not copy '{}' to '{}': something is there", args.from, args.to);
    world.host.remove_tree(to);
  }
  states::copy_path(from, to, world);
  return true;
}

Value rename(const FromTo& args, Call& call) {
  World world = make_world(call);
  const std::string from = states::full_path(args.from, world), to = states::full_path(args.to, world);
  world.host.rename(from, to);
  return true;
}

Value move(const FromTo& args, Call& call) {
  World world = make_world(call);
  const std::string from = states::full_path(args.from, world);
  std::string to = states::full_path(args.to, world);
  const auto target = world.host.status_of_target(to);
  if (target && target->type == FileType::directory) to += "/" + states::base_name(from);
  if (args.disallow_copy_and_unlink)
    world.host.rename(from, to);
  else
    states::move_path(from, to, world);
  return Map{{"result", true}, {"comment", fmt::format("'{}' moved to '{}'", args.from, args.to)}};
}

Value symlink(const FromTo& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.to, world);
  const auto status = world.host.status(path);
  if (status && status->type == FileType::symlink) {
    if (world.host.read_symlink(path) == args.from) return true;
    if (!args.force && !args.atomic) throw Error(ErrorKind::invalid, "Found existing symlink: {}", path);
  } else if (status && status->type == FileType::directory) {
    throw Error(ErrorKind::invalid, "Existing path is not a symlink: {}", path);
  } else if (status && !args.force && !args.atomic) {
    throw Error(ErrorKind::invalid, "Existing path is not a symlink: {}", path);
  }
  world.host.make_symlink(path, args.from);
  return true;
}

Value link(const FromTo& args, Call& call) {
  World world = make_world(call);
  world.host.make_hardlink(states::full_path(args.to, world), states::full_path(args.from, world));
  return true;
}

// ---- owners and modes ----

Value set_mode(const At& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::follow_link(states::full_path(args.path, world), world);
  if (!world.host.status(path)) throw Error(ErrorKind::not_found, "{}: File not found", args.path);
  world.host.set_attributes(path, attributes_of(args, world));
  return states::mode_text(world.host.status(path)->mode);
}

// A change of owner clears setuid and setgid: the mode is given anew with it.
Value give(const At& args, Call& call, bool follows) {
  World world = make_world(call);
  std::string path = states::full_path(args.path, world);
  if (follows) path = states::follow_link(path, world);
  const auto status = world.host.status(path);
  if (!status) throw Error(ErrorKind::not_found, "File not found: {}", args.path);
  FileAttributes attributes = attributes_of(args, world);
  attributes.mode = status->mode;
  world.host.set_attributes(path, attributes);
  return Value();
}

Value chown(const At& args, Call& call) {
  return give(args, call, true);
}
Value lchown(const At& args, Call& call) {
  return give(args, call, false);
}

Value chattr(const Arguments& arguments, Call& call) {
  World world = make_world(call);
  std::string attributes, sign, flags;
  for (const auto& [key, value] : arguments.named) {
    const std::string& name = key.as_string();
    if (name == "operator")
      sign = value == Value("add") ? "+" : value == Value("remove") ? "-" : "";
    else if (name == "attributes")
      attributes = states::python_text(value);
    else
      throw Error(ErrorKind::invalid, "file.chattr: '{}' is not known here; there are operator and attributes", name);
  }
  if (sign.empty() || attributes.empty() || attributes.find_first_not_of("aAcCdDeijPsStTuF") != std::string::npos)
    throw Error(ErrorKind::invalid, "file.chattr needs operator=add or operator=remove, and attributes=LETTERS");
  Argv argv{"chattr", sign + attributes, "--"};
  for (const Value& file : arguments.positional) argv.push_back(states::full_path(states::python_text(file), world));
  if (argv.size() == 3) throw Error(ErrorKind::invalid, "file.chattr needs at least one file");
  world.host.run(argv);
  return true;
}

// ---- backups ----

struct BackupOf {
  std::string path;
  states::Number id;
};

std::optional<states::Backup> find_backup(const BackupOf& args, World& world) {
  const auto backups = states::backups_of(states::full_path(args.path, world), world);
  if (args.id.value < 0 || static_cast<std::size_t>(args.id.value) >= backups.size()) return std::nullopt;
  return backups[static_cast<std::size_t>(args.id.value)];
}

Map told(bool result, std::string comment, Call& call) {
  if (!result) call.retcode = 1;
  return {{"result", result}, {"comment", std::move(comment)}};
}

Value restore_backup(const BackupOf& args, Call& call) {
  World world = make_world(call);
  const auto backup = find_backup(args, world);
  if (!backup) return told(false, fmt::format("backup_id '{}' does not exist for {}", args.id.value, args.path), call);
  states::restore_backup(states::full_path(args.path, world), *backup, world);
  return told(true, fmt::format("Successfully restored {} to {}", backup->location, args.path), call);
}

Value delete_backup(const BackupOf& args, Call& call) {
  World world = make_world(call);
  const auto backup = find_backup(args, world);
  if (!backup) return told(false, fmt::format("backup_id '{}' does not exist for {}", args.id.value, args.path), call);
  world.host.remove_file(backup->location);
  return told(true, fmt::format("Successfully removed {}", backup->location), call);
}

Schema<FromTo> from_to(const char* from, const char* from_doc, const char* to, const char* to_doc) {
  return Schema<FromTo>().required(&FromTo::from, from, from_doc).required(&FromTo::to, to, to_doc);
}

// ---- patches ----

struct Patch {
  std::string originalfile, patchfile, options;
  bool dry_run = false;
};

// By the program patch, which never asks and leaves no file of what it refuses.
Value patch(const Patch& args, Call& call) {
  if (!call.tools.host.find_program("patch"))
    throw Error(ErrorKind::not_found, "patch executable not found. Is the distribution's patch package installed?");
  World world = make_world(call);
  const std::string original = states::full_path(args.originalfile, world), changes = states::full_path(args.patchfile, world);
  const auto status = world.host.status_of_target(original);
  if (!status) throw Error(ErrorKind::not_found, "there is no file {} to patch", original);
  Argv argv{"patch"};
  for (auto& word : split_shell_words(args.options)) argv.push_back(std::move(word));
  const auto has = [&](std::initializer_list<std::string_view> starts) {
    for (const auto& word : argv)
      for (const auto start : starts)
        if (word.starts_with(start)) return true;
    return false;
  };
  if (args.dry_run) argv.push_back("--dry-run");
  if (!has({"-N", "--forward"})) argv.push_back("--forward");
  if (!has({"-r", "--reject-file"})) argv.push_back("--reject-file=-");
  argv.insert(argv.end(), {"-i", changes});
  if (status->type == FileType::directory) {
    argv.insert(argv.end(), {"-d", original});
    if (!has({"-p", "--strip"})) argv.push_back("--strip=0");
  } else {
    argv.push_back(original);
  }
  List words(argv.begin(), argv.end());
  return call_function(call, "cmd.run_all", List{Value(std::move(words))}, {{"python_shell", false}});
}

}  // namespace

std::vector<Function> file_change_functions() {
  const auto path = Schema<At>().required(&At::path, "path", "Full path.");
  const auto add_owner = [](Schema<At> schema) {
    return schema.optional(&At::user, "user", "Owner, by name or number.")
        .optional(&At::group, "group", "Group, by name or number.")
        .optional(&At::mode, "mode", "Mode such as 0755.");
  };
  const auto owned = [](bool needs_group) {
    auto schema =
        Schema<At>().required(&At::path, "path", "Full path.").required(&At::user, "user", "Owner, by name or number.");
    return needs_group ? schema.required(&At::group, "group", "Group, by name or number.") : schema;
  };
  const auto backup = Schema<BackupOf>()
                          .required(&BackupOf::path, "path", "Full path of the file.")
                          .required(&BackupOf::id, "backup_id", "Its number in file.list_backups; 0 is the newest.");
  return {
      function<Patch>("file.patch", "Changes a file, or a tree, by a patch; gives pid, retcode, stdout and stderr: file.patch /opt/app.conf "
                      "/root/app.patch.",
                      Schema<Patch>()
                          .required(&Patch::originalfile, "originalfile", "The file or directory.")
                          .required(&Patch::patchfile, "patchfile", "Full path of the patch.")
                          .optional(&Patch::options, "options", "More options of patch(1).")
                          .optional(&Patch::dry_run, "dry_run", "Only say what would happen."),
                      patch),
      function<At>("file.mkdir", "Makes a directory, and its missing parents.",
                   add_owner(Schema<At>().required(&At::path, "dir_path", "Full path.")), mkdir),
      function<At>("file.makedirs", "Makes the missing parents of a path.", add_owner(path), makedirs),
      function<At>("file.makedirs_perms", "Makes a directory, and its missing parents.",
                   add_owner(Schema<At>().required(&At::path, "name", "Full path.")), makedirs_perms),
      function<At>("file.rmdir", "Removes an empty directory.",
                   Schema<At>(path)
                       .optional(&At::recurse, "recurse", "Remove empty directories below it, too.")
                       .optional(&At::verbose, "verbose", "Kept for Salt's callers.")
                       .optional(&At::older_than, "older_than", "Refused: file.find with delete does this."),
                   rmdir),
      function<At>("file.remove",
                   "Removes a file, a symlink, or a directory with all that is in it; false when there is none.", path,
                   remove),
      function<FromTo>(
          "file.copy", "Copies a file, or with recurse a directory.",
          from_to("src", "Full path of what to copy.", "dst", "Full path of the copy, or of the directory for it.")
              .optional(&FromTo::recurse, "recurse", "Copy a directory with all that is in it.")
              .optional(&FromTo::remove_existing, "remove_existing", "Remove what is there first."),
          copy),
      function<FromTo>("file.rename", "Gives a file or directory another place on the same file system.",
                       from_to("src", "Full path.", "dst", "Full path of its new place."), rename),
      function<FromTo>(
          "file.move", "Gives a file or directory another place.",
          from_to("src", "Full path.", "dst", "Full path of its new place, or of the directory for it.")
              .optional(&FromTo::disallow_copy_and_unlink, "disallow_copy_and_unlink", "Never to another file system."),
          move),
      function<FromTo>("file.symlink", "Makes a symlink.",
                       from_to("src", "What it holds.", "path", "Full path of the symlink.")
                           .optional(&FromTo::force, "force", "Replace a symlink or file that is there.")
                           .optional(&FromTo::atomic, "atomic", "The same; it is always done in one step."),
                       symlink),
      function<FromTo>("file.link", "Makes a hard link.",
                       from_to("src", "Full path of the file.", "path", "Full path of its second name."), link),
      function<At>("file.set_mode", "Sets the mode, and gives it as it is then.",
                   Schema<At>(path).required(&At::mode, "mode", "Mode such as 0644."), set_mode),
      function<At>("file.chown", "Gives a file, or what a symlink leads to, an owner and a group.", owned(true), chown),
      function<At>("file.lchown", "Gives a file, or a symlink itself, an owner and a group.", owned(true), lchown),
      function<At>("file.chgrp", "Gives a file a group.",
                   Schema<At>(path).required(&At::group, "group", "Group, by name or number."), chown),
      free_function("file.chattr", "Adds or removes file attributes: FILES operator=add attributes=i.", chattr),
      function<BackupOf>("file.restore_backup", "Puts an old content back.", backup, restore_backup),
      function<BackupOf>("file.delete_backup", "Removes an old content that is kept.", backup, delete_backup),
      function<BackupOf>("file.remove_backup", "Another name of file.delete_backup.", backup, delete_backup),
  };
}

}  // namespace halite::minion
