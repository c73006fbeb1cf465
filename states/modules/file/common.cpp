#include "states/modules/file/common.h"

#include "common/base/strings.h"
#include "common/data/diff.h"

namespace halite::states {
namespace {

std::string expand_home(const std::string& name, World& world) {
  if (!name.starts_with('~')) return name;
  const std::size_t slash = name.find('/');
  const std::string user = name.substr(1, slash == std::string::npos ? slash : slash - 1);
  const auto account = user.empty() ? world.host.user(uid_t{0}) : world.host.user(user);
  return account ? account->home + (slash == std::string::npos ? "" : name.substr(slash)) : name;
}

bool is_binary(const std::string& text) {
  return text.find('\0') != std::string::npos || !is_valid_utf8(text);
}

// The length of the line end at `at`, or 0.
std::size_t line_end(std::string_view text, std::size_t at) {
  const unsigned char c = static_cast<unsigned char>(text[at]);
  if (c == '\r') return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
  if (c == '\n' || c == '\v' || c == '\f' || (c >= 0x1c && c <= 0x1e)) return 1;
  if (text.substr(at, 2) == "\xc2\x85") return 2;
  if (text.substr(at, 3) == "\xe2\x80\xa8" || text.substr(at, 3) == "\xe2\x80\xa9") return 3;
  return 0;
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
  return slash == 0 ? "/" : path.substr(0, slash);
}

void check_owners(const std::optional<Text>& user, const std::optional<Text>& group, World& world) {
  std::string problem;
  if (user && !has_user(world, user->text)) problem += fmt::format("User {} is not available ", user->text);
  if (group && !has_group(world, group->text)) problem += fmt::format("Group {} is not available", group->text);
  if (!problem.empty()) throw Error(ErrorKind::not_found, "{}", problem);
}

std::string owner_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world) {
  if (asked && world.accounts.uid(asked->text) == status.uid) return asked->text;
  return world.accounts.user_name(status.uid);
}

std::string group_as_asked(const FileStatus& status, const std::optional<Text>& asked, World& world) {
  if (asked && world.accounts.gid(asked->text) == status.gid) return asked->text;
  return world.accounts.group_name(status.gid);
}

FileAttributes attributes_of(const std::optional<Text>& user, const std::optional<Text>& group,
                             const std::optional<unsigned>& mode, World& world) {
  FileAttributes attributes;
  attributes.mode = mode;
  if (user) attributes.uid = world.accounts.uid(user->text);
  if (group) attributes.gid = world.accounts.gid(group->text);
  return attributes;
}

void make_parents(const std::string& path, const FileAttributes& attributes, World& world) {
  const std::string parent = parent_of(path);
  if (world.host.status_of_target(parent)) return;
  make_parents(parent, attributes, world);
  world.host.make_directory(parent, attributes);
}

unsigned searchable(unsigned mode) {
  unsigned result = mode & 0777;
  for (const unsigned shift : {0u, 3u, 6u})
    if ((mode >> shift) & 7u) result |= 1u << shift;
  return result;
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

std::vector<std::string> python_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = line_end(text, i);
    if (length == 0) {
      ++i;
      continue;
    }
    lines.emplace_back(text.substr(start, i - start));
    i += length;
    start = i;
  }
  if (start < text.size()) lines.emplace_back(text.substr(start));
  return lines;
}

std::string content_change(const std::string& before, const std::string& after) {
  const bool was_binary = is_binary(before);
  const bool is_now_binary = is_binary(after);
  if (was_binary && is_now_binary) return "Replace binary file";
  if (was_binary) return "Replace binary file with text file";
  if (is_now_binary) return "Replace text file with binary file";
  return unified_diff(before, after);
}

}  // namespace halite::states
