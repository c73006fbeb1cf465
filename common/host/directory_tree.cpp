// File roots on disk, read below their roots only.
#include "common/host/directory_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/host/sls.h"

namespace halite {
namespace {

UniqueFd open_root(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

std::string read_all(int fd, std::int64_t size_bytes, const std::string& path) {
  std::string content;
  content.resize(static_cast<std::size_t>(size_bytes) + 1);  // one more, so that the end is seen without another turn
  std::size_t used = 0;
  for (;;) {
    const auto got = ::read(fd, content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error(errno, fmt::format("reading '{}'", path));
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used == content.size()) content.resize(used * 2);
  }
  content.resize(used);
  return content;
}

std::string read_at(int fd, std::int64_t offset_bytes, std::size_t size_bytes, const std::string& path) {
  std::string content(size_bytes, '\0');
  std::size_t used = 0;
  while (used < size_bytes) {
    const auto got = ::pread(fd, content.data() + used, size_bytes - used, offset_bytes + static_cast<off_t>(used));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error(errno, fmt::format("reading '{}'", path));
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  content.resize(used);
  return content;
}

// As much as there is: a part's buffer is filled with zeros first.
std::size_t part_size(const TreeEntry& entry, std::int64_t offset_bytes, std::size_t limit_bytes) {
  return static_cast<std::size_t>(std::clamp<std::int64_t>(entry.size_bytes - offset_bytes, 0, static_cast<std::int64_t>(limit_bytes)));
}

struct OpenFile {
  UniqueFd fd;
  TreeEntry entry;
  struct stat status {};
};

constexpr std::size_t hashes_limit = 20'000;  // of files, some 4 MB; then they are forgotten
constexpr std::size_t hashed_part_bytes = std::size_t{256} << 10;

std::optional<OpenFile> open_regular(int root_fd, const std::string& path, int flags) {
  auto fd = open_beneath(root_fd, path, flags);
  if (!fd) return std::nullopt;
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw system_error(errno, fmt::format("looking at '{}'", path));
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return OpenFile{std::move(fd), {path, status.st_size, status.st_mode & 07777U}, status};
}

}  // namespace

bool is_tree_path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (const auto& part : split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

DirectoryTree::DirectoryTree(EnvironmentRoots roots, ContentHash hash)
    : roots_(std::move(roots)), hash_(std::move(hash)) {
  for (const auto& [environment, folders] : roots_)
    for (const auto& folder : folders)
      if (!folder.starts_with('/'))
        throw Error(ErrorKind::invalid, "the root '{}' of environment '{}' must be an absolute path", folder,
                    environment);
}

std::vector<std::string> folders_of(const EnvironmentRoots& roots, const std::string& environment) {
  const std::vector<std::string>* pattern = nullptr;
  for (const auto& [name, folders] : roots) {
    if (name == environment) return folders;
    if (name == each_environment) pattern = &folders;
  }
  // The name comes from a minion: it may choose a folder at that place, and none elsewhere.
  const bool is_folder = is_tree_path(environment) && environment.find('/') == std::string::npos && !environment.starts_with('.');
  if (!pattern || !is_folder) return {};
  std::vector<std::string> folders;
  for (const auto& folder : *pattern) folders.push_back(replace_all(folder, each_environment, environment));
  return folders;
}

std::vector<std::string> DirectoryTree::environments() {
  std::vector<std::string> names;
  for (const auto& [name, folders] : roots_) names.push_back(name);
  return names;
}

TreeContents DirectoryTree::contents(const std::string& environment, const std::string& prefix) const {
  TreeContents found;
  const bool is_folder = !prefix.empty() && is_tree_path(prefix);
  for (const auto& root : roots_of(environment))
    if (auto fd = open_root(root)) walk_root(fd.get(), is_folder ? prefix : "", found);
  return found;
}

std::vector<TreeEntry> DirectoryTree::list(const std::string& environment, const std::string& prefix) {
  std::vector<TreeEntry> entries;
  for (auto& [path, entry] : contents(environment, prefix).files)
    if (path.starts_with(prefix)) entries.push_back(std::move(entry));
  return entries;
}

// What is remembered is used while no folder has changed; the content of files plays no part in it.
FileTree::Paths DirectoryTree::paths(const std::string& environment) {
  const auto roots = roots_of(environment);
  std::shared_ptr<const Listing> known;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = listings_.find(environment); found != listings_.end()) known = found->second;
  }
  if (known && is_current(*known, roots)) return known->paths;
  auto listing = std::make_shared<Listing>();
  TreeContents found;
  for (const auto& root : roots) {
    auto& folders = listing->folders.emplace_back();
    if (auto fd = open_root(root)) walk_root(fd.get(), "", found, &folders);
  }
  auto paths = std::make_shared<std::vector<std::string>>();
  paths->reserve(found.files.size());
  for (auto& [path, entry] : found.files) paths->push_back(path);
  listing->paths = std::move(paths);
  // An environment that is not there is not remembered: minions may ask for any number of them.
  const auto is_there = [](const auto& folders) { return !folders.empty(); };
  if (std::none_of(listing->folders.begin(), listing->folders.end(), is_there)) return listing->paths;
  const std::lock_guard lock(mutex_);
  listings_[environment] = listing;
  return listing->paths;
}

bool DirectoryTree::is_current(const Listing& listing, const std::vector<std::string>& roots) {
  for (std::size_t i = 0; i < roots.size(); ++i) {
    const auto fd = open_root(roots[i]);
    const bool was_there = !listing.folders[i].empty();
    if (fd ? !was_there || !are_unchanged(fd.get(), listing.folders[i]) : was_there) return false;
  }
  return true;
}

std::vector<std::string> DirectoryTree::folders(const std::string& environment, const std::string& prefix) {
  std::vector<std::string> folders;
  for (const auto& path : contents(environment, prefix).folders)
    if (path.starts_with(prefix)) folders.push_back(path);
  return folders;
}

std::vector<std::pair<std::string, std::string>> DirectoryTree::symlinks(const std::string& environment,
                                                                         const std::string& prefix) {
  std::vector<std::pair<std::string, std::string>> links;
  for (auto& [path, target] : contents(environment, prefix).symlinks)
    if (path.starts_with(prefix)) links.emplace_back(path, target);
  return links;
}

std::optional<TreeEntry> DirectoryTree::find(const std::string& environment, const std::string& path) {
  if (!is_tree_path(path)) return std::nullopt;
  for (const auto& root : roots_of(environment))
    if (auto fd = open_root(root))
      if (auto file = open_regular(fd.get(), path, O_PATH)) return file->entry;
  return std::nullopt;
}

std::optional<std::string> DirectoryTree::read(const std::string& environment, const std::string& path) {
  if (!is_tree_path(path)) return std::nullopt;
  for (const auto& root : roots_of(environment))
    if (auto fd = open_root(root))
      if (auto file = open_regular(fd.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY))
        return read_all(file->fd.get(), file->entry.size_bytes, root + "/" + path);
  return std::nullopt;
}

std::optional<std::string> DirectoryTree::read_part(const std::string& environment, const std::string& path,
                                                    std::int64_t offset_bytes, std::size_t size_bytes) {
  if (!is_tree_path(path) || offset_bytes < 0) return std::nullopt;
  for (const auto& root : roots_of(environment))
    if (auto fd = open_root(root))
      if (auto file = open_regular(fd.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY))
        return read_at(file->fd.get(), offset_bytes, part_size(file->entry, offset_bytes, size_bytes), root + "/" + path);
  return std::nullopt;
}

std::optional<std::string> DirectoryTree::sha256(const std::string& environment, const std::string& path) {
  if (!is_tree_path(path)) return std::nullopt;
  for (const auto& root : roots_of(environment))
    if (auto fd = open_root(root))
      if (auto file = open_regular(fd.get(), path, O_RDONLY | O_NONBLOCK | O_NOCTTY))
        return hash_of(file->fd.get(), file->status, root + "/" + path);
  return std::nullopt;
}

std::string DirectoryTree::hash_of(int fd, const struct stat& status, const std::string& path) {
  const auto changed = settled_change_time(status);
  const std::pair key{status.st_dev, status.st_ino};
  {
    const std::lock_guard lock(mutex_);
    const auto known = hashes_.find(key);
    if (known != hashes_.end() && known->second.size_bytes == status.st_size && known->second.changed.tv_sec == changed.tv_sec &&
        known->second.changed.tv_nsec == changed.tv_nsec)
      return known->second.hash;
  }
  std::int64_t offset = 0;
  std::string part;
  const std::string hash = hash_([&]() -> std::string_view {
    part = read_at(fd, offset, hashed_part_bytes, path);
    offset += static_cast<std::int64_t>(part.size());
    return part;
  });
  struct stat after {};
  const bool is_as_before = ::fstat(fd, &after) == 0 && after.st_size == status.st_size && after.st_ctim.tv_sec == changed.tv_sec &&
                            after.st_ctim.tv_nsec == changed.tv_nsec;
  if (!is_as_before) return hash;  // also when the change had not settled
  const std::lock_guard lock(mutex_);
  if (hashes_.size() >= hashes_limit) hashes_.clear();
  hashes_[key] = {status.st_size, changed, hash};
  return hash;
}

std::string DirectoryTree::revision(const std::string& environment) {
  return join(roots_of(environment), ", ");
}

}  // namespace halite
