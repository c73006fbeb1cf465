// file.*: what looks at files, but for their content (file_content.cpp). What changes them is in file_change.cpp and file_edit.cpp.
#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/crypto/hash.h"
#include "minion/functions/groups.h"
#include "minion/functions/world.h"
#include "states/arguments.h"
#include "states/providers/backups.h"
#include "states/providers/paths.h"
#include "states/text/lines.h"

namespace halite::minion {
namespace {

using states::World;

struct At {
  std::string path;
  bool follow_symlinks = true;
  std::optional<std::string> hash_type;
};

std::optional<FileStatus> status_of(const std::string& path, bool follows, World& world) {
  const std::string full = states::full_path(path, world);
  return follows ? world.host.status_of_target(full) : world.host.status(full);
}

FileStatus need_status(const std::string& path, bool follows, World& world) {
  const auto status = status_of(path, follows, world);
  if (!status) throw Error(ErrorKind::not_found, "Path not found: {}", path);
  return *status;
}

// ---- is it there, and what is it ----

bool is_of(const At& args, Call& call, FileType type, bool follows) {
  World world = make_world(call);
  const auto status = status_of(args.path, follows, world);
  return status && status->type == type;
}

Value file_exists(const At& args, Call& call) {
  return is_of(args, call, FileType::regular, true);
}
Value directory_exists(const At& args, Call& call) {
  return is_of(args, call, FileType::directory, true);
}
Value is_link(const At& args, Call& call) {
  return is_of(args, call, FileType::symlink, false);
}
Value is_fifo(const At& args, Call& call) {
  return is_of(args, call, FileType::fifo, true);
}
Value is_blkdev(const At& args, Call& call) {
  return is_of(args, call, FileType::block_device, true);
}
Value is_chrdev(const At& args, Call& call) {
  return is_of(args, call, FileType::character_device, true);
}

Value is_hardlink(const At& args, Call& call) {
  World world = make_world(call);
  const auto status = status_of(args.path, false, world);
  return status && status->type == FileType::regular && status->links > 1;
}

const char* type_word(FileType type) {
  switch (type) {
    case FileType::regular: return "file";
    case FileType::directory: return "dir";
    case FileType::symlink: return "link";
    case FileType::fifo: return "pipe";
    case FileType::socket: return "socket";
    case FileType::character_device: return "char";
    case FileType::block_device: return "block";
  }
  return "";
}

Value stats(const At& args, Call& call) {
  World world = make_world(call);
  const FileStatus status = need_status(args.path, args.follow_symlinks, world);
  const std::string path = states::full_path(args.path, world);
  std::string target = path;
  if (const auto own = world.host.status(path); own && own->type == FileType::symlink)
    target = world.host.read_symlink(path);
  Map shown{{"inode", static_cast<std::int64_t>(status.inode)},
            {"uid", std::int64_t{status.uid}},
            {"gid", std::int64_t{status.gid}},
            {"group", world.accounts.group_name(status.gid)},
            {"user", world.accounts.user_name(status.uid)},
            {"atime", static_cast<double>(status.atime_s)},
            {"mtime", static_cast<double>(status.mtime_s)},
            {"ctime", static_cast<double>(status.ctime_s)},
            {"size", status.size_bytes},
            {"mode", states::mode_text(status.mode)},
            {"type", type_word(status.type)},
            {"target", target}};
  if (args.hash_type && status.type == FileType::regular)
    shown.set("sum", crypto::hash_hex(crypto::hash_type_from(*args.hash_type), world.host.read_file(path)));
  return shown;
}

Value lstat(const At& args, Call& call) {
  World world = make_world(call);
  const auto status = status_of(args.path, false, world);
  if (!status) return Map{};
  return Map{{"st_atime", static_cast<double>(status->atime_s)},
             {"st_mtime", static_cast<double>(status->mtime_s)},
             {"st_ctime", static_cast<double>(status->ctime_s)},
             {"st_gid", std::int64_t{status->gid}},
             {"st_uid", std::int64_t{status->uid}},
             {"st_mode", static_cast<std::int64_t>(status->mode)},
             {"st_nlink", static_cast<std::int64_t>(status->links)},
             {"st_size", status->size_bytes}};
}

Value get_mode(const At& args, Call& call) {
  World world = make_world(call);
  return states::mode_text(need_status(args.path, args.follow_symlinks, world).mode);
}
Value get_uid(const At& args, Call& call) {
  World world = make_world(call);
  return std::int64_t{need_status(args.path, args.follow_symlinks, world).uid};
}
Value get_gid(const At& args, Call& call) {
  World world = make_world(call);
  return std::int64_t{need_status(args.path, args.follow_symlinks, world).gid};
}
Value get_user(const At& args, Call& call) {
  World world = make_world(call);
  return world.accounts.user_name(need_status(args.path, args.follow_symlinks, world).uid);
}
Value get_group(const At& args, Call& call) {
  World world = make_world(call);
  return world.accounts.group_name(need_status(args.path, args.follow_symlinks, world).gid);
}

// ---- accounts ----

struct Owner {
  states::Text name;
};

Value user_to_uid(const Owner& args, Call& call) {
  World world = make_world(call);
  const auto uid = world.accounts.uid(args.name.text);
  return uid ? Value(std::int64_t{*uid}) : Value("");
}
Value group_to_gid(const Owner& args, Call& call) {
  World world = make_world(call);
  const auto gid = world.accounts.gid(args.name.text);
  return gid ? Value(std::int64_t{*gid}) : Value("");
}
Value uid_to_user(const Owner& args, Call& call) {
  World world = make_world(call);
  const auto uid = parse_int(args.name.text);
  const auto account = uid ? world.host.user(static_cast<uid_t>(*uid)) : std::nullopt;
  return account ? account->name : "";
}
Value gid_to_group(const Owner& args, Call& call) {
  World world = make_world(call);
  const auto gid = parse_int(args.name.text);
  const auto group = gid ? world.host.group(static_cast<gid_t>(*gid)) : std::nullopt;
  return group ? group->name : "";
}

// ---- directories and names ----

struct Readlink {
  std::string path;
  bool canonicalize = false;
};

Value readlink(const Readlink& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  const auto status = world.host.status(path);
  if (!status || status->type != FileType::symlink)
    throw Error(ErrorKind::invalid, "A valid link was not specified: {}", path);
  if (args.canonicalize) return states::follow_link(path, world);
  return world.host.read_symlink(path);
}

Value readdir(const At& args, Call& call) {
  World world = make_world(call);
  std::vector<std::string> names{".", ".."};
  for (auto& name : world.host.list_directory(states::full_path(args.path, world))) names.push_back(std::move(name));
  return names;
}

std::int64_t size_below(const std::string& path, World& world) {
  const auto status = world.host.status(path);
  if (!status) return 0;
  if (status->type != FileType::directory) return status->size_bytes;
  std::int64_t sum = 0;
  for (const auto& name : world.host.list_directory(path)) sum += size_below(path + "/" + name, world);
  return sum;
}

Value diskusage(const At& args, Call& call) {
  World world = make_world(call);
  return size_below(states::full_path(args.path, world), world);
}

struct Name {
  std::string path;
};

Value basename(const Name& args, Call&) {
  return states::base_name(args.path);
}
Value dirname(const Name& args, Call&) {
  const auto slash = args.path.rfind('/');
  return slash == std::string::npos ? "" : slash == 0 ? "/" : args.path.substr(0, slash);
}
Value normpath(const Name& args, Call&) {
  return states::normal_path(args.path);
}
Value pardir(const None&, Call&) {
  return "..";
}

// Parts put together with one slash each; "..", which could lead out, is refused as Salt refuses it.
Value join_parts(const Arguments& arguments, Call&) {
  std::string path;
  for (const Value& part : arguments.positional) {
    std::string text = states::python_text(part);
    if (text == "..") throw Error(ErrorKind::invalid, "a part of a path may not be '..'");
    if (!path.empty()) text = std::string(states::strip_left(text, "/"));
    path += (path.empty() || path.ends_with('/') ? "" : "/") + text;
  }
  return path;
}

// ---- backups ----

struct Backups {
  std::string path;
  std::optional<states::Number> limit;
};

Map shown_backups(const std::string& path, const std::optional<states::Number>& limit, World& world) {
  Map shown;
  std::int64_t number = 0;
  for (const auto& backup : states::backups_of(path, world)) {
    if (limit && number >= limit->value) break;
    shown.set(number++, Map{{"Backup Time", backup.time}, {"Size", backup.size_bytes}, {"Location", backup.location}});
  }
  return shown;
}

Value list_backups(const Backups& args, Call& call) {
  World world = make_world(call);
  return shown_backups(states::full_path(args.path, world), args.limit, world);
}

Value list_backups_dir(const Backups& args, Call& call) {
  World world = make_world(call);
  const std::string directory = states::parent_of(states::full_path(args.path, world));
  Map shown;
  for (const auto& name : states::files_with_backups(directory, world))
    shown.set(name, shown_backups((directory == "/" ? "" : directory) + "/" + name, args.limit, world));
  return shown;
}

Value lsattr(const At& args, Call& call) {
  World world = make_world(call);
  const std::string path = states::full_path(args.path, world);
  Map shown;
  for (const auto& line : split_lines(world.host.run({"lsattr", "-d", "--", path}))) {
    const auto words = split_words(line);
    if (words.size() < 2) continue;
    List letters;
    for (const char c : words[0])
      if (c != '-') letters.push_back(std::string(1, c));
    shown.set(path, letters);
  }
  return shown;
}

}  // namespace

std::vector<Function> file_look_functions() {
  const auto path = Schema<At>().required(&At::path, "path", "Full path.");
  const auto named_path = Schema<At>(path).alias("name");
  const auto followed =
      Schema<At>(path).optional(&At::follow_symlinks, "follow_symlinks", "Look at what a symlink leads to.");
  const auto stats_schema = Schema<At>()
                                .required(&At::path, "path", "Full path.")
                                .optional(&At::hash_type, "hash_type", "Give a checksum of this type, too.")
                                .optional(&At::follow_symlinks, "follow_symlinks", "Look at what a symlink leads to.");
  const auto owner = [](const char* name, const char* doc) {
    return Schema<Owner>().required(&Owner::name, name, doc);
  };
  const auto name = Schema<Name>().required(&Name::path, "path", "A path; nothing needs to be there.");
  const auto backups = Schema<Backups>()
                           .required(&Backups::path, "path", "Full path of the file.")
                           .optional(&Backups::limit, "limit", "How many, the newest first.");
  return {
      function<At>("file.file_exists", "True when a plain file is there, or a symlink to one.", path, file_exists),
      function<At>("file.directory_exists", "True when a directory is there, or a symlink to one.", path,
                   directory_exists),
      function<At>("file.is_link", "True when a symlink is there.", path, is_link),
      function<At>("file.is_hardlink", "True when the file has further names.", path, is_hardlink),
      function<At>("file.is_fifo", "True when a FIFO is there.", named_path, is_fifo),
      function<At>("file.is_blkdev", "True when a block device is there.", named_path, is_blkdev),
      function<At>("file.is_chrdev", "True when a character device is there.", named_path, is_chrdev),
      function<At>("file.stats", "What is known of a file: owner, mode, size, times.", stats_schema, stats),
      function<At>("file.lstat", "What is known of a file or of a symlink itself; an empty map when there is none.",
                   path, lstat),
      function<At>("file.get_mode", "The mode, as 0644.", followed, get_mode),
      function<At>("file.get_uid", "The number of the owner.", followed, get_uid),
      function<At>("file.get_gid", "The number of the group.", followed, get_gid),
      function<At>("file.get_user", "The owner.", followed, get_user),
      function<At>("file.get_group", "The group.", followed, get_group),
      function<Owner>("file.user_to_uid", "The number of a user; empty when there is none.",
                      owner("user", "Name or number."), user_to_uid),
      function<Owner>("file.group_to_gid", "The number of a group; empty when there is none.",
                      owner("group", "Name or number."), group_to_gid),
      function<Owner>("file.uid_to_user", "The name of a user; empty when there is none.", owner("uid", "Number."),
                      uid_to_user),
      function<Owner>("file.gid_to_group", "The name of a group; empty when there is none.", owner("gid", "Number."),
                      gid_to_group),
      function<Readlink>("file.readlink", "What a symlink holds.",
                         Schema<Readlink>()
                             .required(&Readlink::path, "path", "Full path.")
                             .optional(&Readlink::canonicalize, "canonicalize", "Where it leads in the end."),
                         readlink),
      function<At>("file.readdir", "Names in a directory.", path, readdir),
      function<At>("file.diskusage", "Bytes of a file, or of all files below a directory.", path, diskusage),
      function<Name>("file.basename", "The last part of a path.", name, basename),
      function<Name>("file.dirname", "A path without its last part.", name, dirname),
      function<Name>("file.normpath", "A path without '.', '..' and doubled slashes.", name, normpath),
      function("file.pardir", "The name of the parent directory, '..'.", pardir),
      free_function("file.join", "Parts of a path, put together.", join_parts),
      function<Backups>("file.list_backups", "Old contents of a file that are kept.", backups, list_backups),
      function<Backups>("file.list_backup", "Another name of file.list_backups.", backups, list_backups),
      function<Backups>("file.list_backups_dir", "Old contents of the files in a file's directory that are kept.",
                        backups, list_backups_dir),
      function<At>("file.lsattr", "File attributes as lsattr shows them.", path, lsattr),
  };
}

}  // namespace halite::minion
