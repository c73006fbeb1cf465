#include "common/host/rehearsal_host.h"

#include <algorithm>
#include <cerrno>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

constexpr int link_limit = 40;  // as the kernel's

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

std::string inside(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + "/" + name;
}

[[noreturn]] void fail(int error_number, std::string_view doing, const std::string& path) {
  throw system_error(error_number, fmt::format("{} {}", doing, path));
}

void set(FileStatus& status, const FileAttributes& attributes) {
  status.mode = status.type == FileType::symlink ? status.mode : attributes.mode.value_or(status.mode);
  status.uid = attributes.uid.value_or(status.uid);
  status.gid = attributes.gid.value_or(status.gid);
}

}  // namespace

void RehearsalHost::end() {
  rehearses_ = false;
  changed_.clear();
}

// ---- where a path leads ----

std::string RehearsalHost::place_of(const std::string& path) const {
  std::vector<std::string> parts;
  const auto put_in_front = [&parts](const std::string& text) {
    auto more = split(text, '/');
    parts.insert(parts.begin(), more.begin(), more.end());
  };
  put_in_front(path);
  std::string at = "/";
  for (int links = 0; !parts.empty();) {
    const std::string part = parts.front();
    parts.erase(parts.begin());
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      at = directory_of(at);
      continue;
    }
    const std::string next = inside(at, part);
    const bool is_last = std::all_of(parts.begin(), parts.end(), [](const auto& left) { return left.empty(); });
    if (!is_last) {
      const auto there = node(next);
      if (there && there->status.type == FileType::symlink) {
        if (++links > link_limit) fail(ELOOP, "following", path);
        const std::string target = content_of(*there);
        if (target.starts_with('/')) at = "/";
        put_in_front(target);
        continue;
      }
    }
    at = next;
  }
  return at;
}

std::string RehearsalHost::resolved(const std::string& path) const {
  std::string at = place_of(path);
  for (int links = 0; links < link_limit; ++links) {
    const auto there = node(at);
    if (!there || there->status.type != FileType::symlink) return at;
    const std::string target = content_of(*there);
    at = place_of(target.starts_with('/') ? target : inside(directory_of(at), target));
  }
  fail(ELOOP, "following", path);
}

std::optional<RehearsalHost::Node> RehearsalHost::node(const std::string& place) const {
  if (const auto here = changed_.find(place); here != changed_.end()) return here->second;
  for (std::string above = place; above != "/";) {
    above = directory_of(above);
    const auto changed = changed_.find(above);
    if (changed == changed_.end()) continue;
    const auto& there = changed->second;
    if (!there || there->is_fresh || there->status.type != FileType::directory) return std::nullopt;
  }
  const auto status = real_.status(place);
  if (!status) return std::nullopt;
  return Node{.status = *status, .content = std::nullopt, .origin = place};
}

std::string RehearsalHost::content_of(const Node& node) const {
  if (node.content) return *node.content;
  return node.status.type == FileType::symlink ? real_.read_symlink(node.origin) : real_.read_file(node.origin);
}

// The place of something that is about to be made; its directory must be there.
std::string RehearsalHost::new_place(const std::string& path, std::string_view doing) const {
  std::string place = place_of(path);
  const auto directory = node(directory_of(place));
  if (!directory) fail(ENOENT, doing, path);
  if (directory->status.type != FileType::directory) fail(ENOTDIR, doing, path);
  return place;
}

RehearsalHost::Node RehearsalHost::made(FileType type, const FileAttributes& attributes, unsigned mode) const {
  Node node;
  node.status.type = type;
  node.status.mode = mode;
  node.status.inode = next_inode_++;
  node.status.mtime_s = std::chrono::duration_cast<std::chrono::seconds>(real_.now().time_since_epoch()).count();
  set(node.status, attributes);
  return node;
}

// ---- looking ----

std::optional<FileStatus> RehearsalHost::status(const std::string& path) {
  if (changed_.empty()) return real_.status(path);
  const auto there = node(place_of(path));
  return there ? std::optional(there->status) : std::nullopt;
}

std::optional<FileStatus> RehearsalHost::status_of_target(const std::string& path) {
  if (changed_.empty()) return real_.status_of_target(path);
  const auto there = node(resolved(path));
  return there ? std::optional(there->status) : std::nullopt;
}

std::string RehearsalHost::read_file(const std::string& path) {
  if (changed_.empty()) return real_.read_file(path);
  const auto there = node(resolved(path));
  if (!there) fail(ENOENT, "reading", path);
  if (there->status.type == FileType::directory) fail(EISDIR, "reading", path);
  return content_of(*there);
}

std::optional<std::string> RehearsalHost::read_file_if_exists(const std::string& path) {
  if (changed_.empty()) return real_.read_file_if_exists(path);
  return status_of_target(path) ? std::optional(read_file(path)) : std::nullopt;
}

std::string RehearsalHost::read_plain_file(const std::string& path) {
  return changed_.empty() ? real_.read_plain_file(path) : Host::read_plain_file(path);
}

std::string RehearsalHost::read_symlink(const std::string& path) {
  if (changed_.empty()) return real_.read_symlink(path);
  const auto there = node(place_of(path));
  if (!there) fail(ENOENT, "reading the link", path);
  if (there->status.type != FileType::symlink) fail(EINVAL, "reading the link", path);
  return content_of(*there);
}

std::vector<std::string> RehearsalHost::list_directory(const std::string& path) {
  if (changed_.empty()) return real_.list_directory(path);
  const std::string place = resolved(path);
  const auto there = node(place);
  if (!there) fail(ENOENT, "listing", path);
  if (there->status.type != FileType::directory) fail(ENOTDIR, "listing", path);
  std::vector<std::string> names;
  if (!there->is_fresh) names = real_.list_directory(there->origin.empty() ? place : there->origin);
  std::erase_if(names, [&](const std::string& name) { return changed_.contains(inside(place, name)); });
  const std::string prefix = inside(place, "");
  for (auto entry = changed_.lower_bound(prefix); entry != changed_.end() && entry->first.starts_with(prefix); ++entry)
    if (entry->second && entry->first.find('/', prefix.size()) == std::string::npos)
      names.push_back(entry->first.substr(prefix.size()));
  std::sort(names.begin(), names.end());
  return names;
}

// ---- changing ----

void RehearsalHost::replace_file(const std::string& path, std::string_view content, const FileAttributes& attributes) {
  if (!rehearses_) return real_.replace_file(path, content, attributes);
  const std::string place = new_place(path, "writing");
  const auto old = node(place);
  if (old && old->status.type == FileType::directory) fail(EISDIR, "writing", path);
  Node file = made(FileType::regular, {}, 0644);
  if (old && old->status.type == FileType::regular)
    set(file.status, {.mode = old->status.mode, .uid = old->status.uid, .gid = old->status.gid});
  set(file.status, attributes);
  file.status.size_bytes = static_cast<std::int64_t>(content.size());
  file.content = content;
  changed_[place] = std::move(file);
}

void RehearsalHost::copy_file(const std::string& from, const std::string& to, const FileAttributes& attributes) {
  if (!rehearses_) return real_.copy_file(from, to, attributes);
  const auto source = node(place_of(from));
  if (!source) fail(ENOENT, "reading", from);
  if (source->status.type != FileType::regular) fail(EINVAL, "reading", from);
  replace_file(to, content_of(*source), attributes);
}

void RehearsalHost::append_file(const std::string& path, std::string_view content) {
  if (!rehearses_) return real_.append_file(path, content);
  replace_file(path, read_file_if_exists(path).value_or("") + std::string(content), {});
}

void RehearsalHost::make_directory(const std::string& path, const FileAttributes& attributes) {
  if (!rehearses_) return real_.make_directory(path, attributes);
  const std::string place = new_place(path, "making the directory");
  if (node(place)) fail(EEXIST, "making the directory", path);
  Node directory = made(FileType::directory, attributes, 0755);
  directory.is_fresh = true;
  changed_[place] = std::move(directory);
}

void RehearsalHost::make_symlink(const std::string& path, const std::string& target) {
  if (!rehearses_) return real_.make_symlink(path, target);
  const std::string place = new_place(path, "making the link");
  if (const auto old = node(place); old && old->status.type == FileType::directory)
    fail(EISDIR, "making the link", path);
  Node link = made(FileType::symlink, {}, 0777);
  link.content = target;
  changed_[place] = std::move(link);
}

void RehearsalHost::make_hardlink(const std::string& path, const std::string& existing) {
  if (!rehearses_) return real_.make_hardlink(path, existing);
  const std::string place = new_place(path, "making the hard link");
  const std::string source = place_of(existing);
  auto file = node(source);
  if (!file) fail(ENOENT, "making the hard link", path);
  if (node(place)) fail(EEXIST, "making the hard link", path);
  ++file->status.links;
  changed_[source] = *file;
  changed_[place] = std::move(file);
}

void RehearsalHost::rename(const std::string& from, const std::string& to) {
  if (!rehearses_) return real_.rename(from, to);
  const std::string source = place_of(from);
  if (!node(source)) fail(ENOENT, "renaming", from);
  const std::string target = new_place(to, "renaming to " + to + " the file");
  if (const auto old = node(target); old && old->status.type == FileType::directory && !list_directory(target).empty())
    fail(ENOTEMPTY, "renaming to " + to + " the file", from);
  move(source, target);
}

void RehearsalHost::move(const std::string& from, const std::string& to) {
  Node moved = *node(from);
  const bool is_directory = moved.status.type == FileType::directory;
  const auto names = is_directory ? list_directory(from) : std::vector<std::string>();
  moved.is_fresh = is_directory;
  changed_[to] = std::move(moved);
  for (const auto& name : names) move(inside(from, name), inside(to, name));
  drop(from);
}

// A place and all below it.
void RehearsalHost::drop(const std::string& place) {
  const std::string prefix = inside(place, "");
  std::erase_if(changed_, [&](const auto& entry) { return entry.first.starts_with(prefix); });
  changed_[place] = std::nullopt;
}

void RehearsalHost::remove_file(const std::string& path) {
  if (!rehearses_) return real_.remove_file(path);
  const std::string place = place_of(path);
  const auto there = node(place);
  if (!there) fail(ENOENT, "removing", path);
  if (there->status.type == FileType::directory) fail(EISDIR, "removing", path);
  drop(place);
}

void RehearsalHost::remove_directory(const std::string& path) {
  if (!rehearses_) return real_.remove_directory(path);
  if (!list_directory(path).empty()) fail(ENOTEMPTY, "removing the directory", path);
  drop(place_of(path));
}

void RehearsalHost::remove_tree(const std::string& path) {
  if (!rehearses_) return real_.remove_tree(path);
  const std::string place = place_of(path);
  if (!node(place)) fail(ENOENT, "removing", path);
  drop(place);
}

void RehearsalHost::set_attributes(const std::string& path, const FileAttributes& attributes) {
  if (!rehearses_) return real_.set_attributes(path, attributes);
  const std::string place = place_of(path);
  auto there = node(place);
  if (!there) fail(ENOENT, "changing", path);
  set(there->status, attributes);
  changed_[place] = std::move(there);
}

void RehearsalHost::set_times(const std::string& path, std::optional<std::int64_t> atime_s, std::int64_t mtime_s) {
  if (!rehearses_) return real_.set_times(path, atime_s, mtime_s);
  const std::string place = place_of(path);
  auto there = node(place);
  if (!there) fail(ENOENT, "setting the time of", path);
  there->status.mtime_s = mtime_s;
  there->status.atime_s = atime_s.value_or(there->status.atime_s);
  changed_[place] = std::move(there);
}

}  // namespace halite
