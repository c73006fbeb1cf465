#include "states/providers/paths.h"

#include <filesystem>

#include "common/base/error.h"

namespace halite::states {
namespace {

std::string expand_home(const std::string& name, World& world) {
  if (!name.starts_with('~')) return name;
  const std::size_t slash = name.find('/');
  const std::string user = name.substr(1, slash == std::string::npos ? slash : slash - 1);
  const auto account = user.empty() ? world.host.user(uid_t{0}) : world.host.user(user);
  return account ? account->home + (slash == std::string::npos ? "" : name.substr(slash)) : name;
}

// Root's links lead anywhere, a user's only to that user's own.
void check_link(const std::string& link, const FileStatus& status, const std::optional<FileStatus>& target,
                World& world) {
  if (status.uid == 0) return;
  const std::string maker = world.accounts.user_name(status.uid);
  if (!target)
    throw Error(ErrorKind::denied, "{} is a symlink of user {} that leads nowhere; such links are not followed", link,
                maker);
  if (target->uid != status.uid)
    throw Error(ErrorKind::denied, "{} is a symlink of user {} to something of user {}; such links are not followed",
                link, maker, world.accounts.user_name(target->uid));
}

void check_parents(const std::string& path, World& world) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    const auto status = world.host.status(parent);
    if (!status) return;
    if (status->type == FileType::symlink) check_link(parent, *status, world.host.status_of_target(parent), world);
  }
}

}  // namespace

std::string full_path(const std::string& name, World& world) {
  if (name.empty()) throw Error(ErrorKind::invalid, "Destination file name is required");
  std::string path = expand_home(name, world);
  if (!path.starts_with('/')) throw Error(ErrorKind::invalid, "Specified file {} is not an absolute path", path);
  if (path.find('\0') != std::string::npos) throw Error(ErrorKind::invalid, "a path holds a NUL");
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  check_parents(path, world);
  return path;
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string base_name(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string normal_path(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal().string();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  return normal;
}

std::string follow_link(const std::string& path, World& world) {
  constexpr int link_limit = 16;
  std::string at = path;
  for (int i = 0; i < link_limit; ++i) {
    check_parents(at, world);
    const auto status = world.host.status(at);
    if (!status || status->type != FileType::symlink) return at;
    const std::string target = world.host.read_symlink(at);
    const std::string next = target.starts_with('/') ? target : parent_of(at) + "/" + target;
    check_link(at, *status, world.host.status(next), world);
    at = next;
  }
  throw Error(ErrorKind::invalid, "{}: too many symlinks", path);
}

void make_parents(const std::string& path, const FileAttributes& attributes, World& world) {
  const std::string parent = parent_of(path);
  if (world.host.status_of_target(parent)) return;
  make_parents(parent, attributes, world);
  world.host.make_directory(parent, attributes);
}

void make_private_parents(const std::string& path, Host& host) {
  const std::string parent = parent_of(path);
  if (host.status_of_target(parent)) return;
  make_private_parents(parent, host);
  host.make_directory(parent, {.mode = 0700, .uid = {}, .gid = {}});
}

unsigned searchable(unsigned mode) {
  unsigned result = mode & 0777;
  for (const unsigned shift : {0u, 3u, 6u})
    if ((mode >> shift) & 7u) result |= 1u << shift;
  return result;
}

void copy_path(const std::string& from, const std::string& to, World& world) {
  const auto status = world.host.status(from);
  if (!status) throw Error(ErrorKind::not_found, "copying {}: there is no such file", from);
  const FileAttributes attributes{.mode = status->mode, .uid = status->uid, .gid = status->gid};
  switch (status->type) {
    case FileType::directory:
      world.host.make_directory(to, attributes);
      for (const auto& name : world.host.list_directory(from)) copy_path(from + "/" + name, to + "/" + name, world);
      return;
    case FileType::symlink:
      world.host.make_symlink(to, world.host.read_symlink(from));
      return world.host.set_attributes(to, {.mode = {}, .uid = status->uid, .gid = status->gid});
    case FileType::regular: return world.host.copy_file(from, to, attributes);
    default: throw Error(ErrorKind::invalid, "copying {}: it is neither a file nor a directory nor a symlink", from);
  }
}

void move_path(const std::string& from, const std::string& to, World& world) {
  const auto status = world.host.status(from);
  const auto directory = world.host.status_of_target(parent_of(to));
  if (!status || !directory || status->device == directory->device) return world.host.rename(from, to);
  copy_path(from, to, world);
  world.host.remove_tree(from);
}

std::string backup_place(const std::string& path, const std::string& backupname) {
  if (backupname.starts_with('/')) return backupname;
  if (backupname.find('/') != std::string::npos || backupname == "." || backupname == "..")
    throw Error(ErrorKind::invalid, "Backupname must be an absolute path or a file name: {}", backupname);
  return parent_of(path) + "/" + backupname;
}

}  // namespace halite::states
