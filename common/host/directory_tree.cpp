// File roots on disk, read below their roots only.
#include "common/host/directory_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

constexpr int depth_limit = 32;
constexpr std::size_t entry_limit = 1'000'000;

UniqueFd open_root(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

// Not there, or not for us to follow: both mean that the tree has no such file.
bool means_absent(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR || error_number == EXDEV || error_number == ELOOP ||
         error_number == ENAMETOOLONG;
}

int openat2_beneath(int root_fd, const std::string& path, int flags) {
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root_fd, path.c_str(), &how, sizeof how));
}

// For kernels before 5.6 and containers that hide openat2: part by part, following no symlink at all.
int open_part_by_part(int root_fd, const std::string& path, int flags) {
  const auto parts = split(path, '/');
  UniqueFd folder;
  int at = root_fd;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    folder = UniqueFd(::openat(at, parts[i].c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder) return -1;
    at = folder.get();
  }
  return ::openat(at, parts.back().c_str(), flags | O_NOFOLLOW | O_CLOEXEC);
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

struct OpenFile {
  UniqueFd fd;
  TreeEntry entry;
};

std::optional<OpenFile> open_regular(int root_fd, const std::string& path, int flags) {
  auto fd = open_beneath(root_fd, path, flags);
  if (!fd) return std::nullopt;
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw system_error(errno, fmt::format("looking at '{}'", path));
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  return OpenFile{std::move(fd), {path, status.st_size, status.st_mode & 07777U}};
}

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// Walks one root. Folders reached through symlinks count too; a folder that contains itself is entered once.
class Walk {
 public:
  Walk(int root_fd, std::map<std::string, TreeEntry>& found) : root_fd_(root_fd), found_(found) {}

  void folder(const std::string& path, int depth) {
    auto fd = open_beneath(root_fd_, path.empty() ? "." : path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    struct stat status {};
    if (!fd || depth > depth_limit || ::fstat(fd.get(), &status) != 0) return;
    const auto identity = std::pair{status.st_dev, status.st_ino};
    if (std::find(above_.begin(), above_.end(), identity) != above_.end()) return;
    above_.push_back(identity);
    const std::unique_ptr<DIR, DirectoryCloser> directory(::fdopendir(fd.get()));
    if (directory) {
      const int folder_fd = fd.release();  // closed with the directory
      while (const auto* item = ::readdir(directory.get())) {
        const std::string_view name = item->d_name;
        if (name != "." && name != "..") entry(folder_fd, item->d_name, path.empty() ? std::string(name) : path + "/" + item->d_name, depth);
      }
    }
    above_.pop_back();
  }

 private:
  // What is no symlink is below the root because its folder is; where a symlink leads, the kernel has to say.
  void entry(int folder_fd, const char* name, const std::string& path, int depth) {
    struct stat status {};
    if (::fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISLNK(status.st_mode)) {
      const auto target = open_beneath(root_fd_, path, O_PATH);
      if (!target || ::fstat(target.get(), &status) != 0) return;
    }
    if (S_ISDIR(status.st_mode)) return folder(path, depth + 1);
    if (!S_ISREG(status.st_mode)) return;
    if (found_.size() >= entry_limit)
      throw Error(ErrorKind::invalid, "more than {} files below a root; is it the right folder?", entry_limit);
    found_.try_emplace(path, TreeEntry{path, status.st_size, status.st_mode & 07777U});
  }

  int root_fd_;
  std::map<std::string, TreeEntry>& found_;
  std::vector<std::pair<dev_t, ino_t>> above_;
};

}  // namespace

bool is_tree_path(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (const auto& part : split(path, '/'))
    if (part.empty() || part == "." || part == "..") return false;
  return true;
}

UniqueFd open_beneath(int root_fd, const std::string& path, int flags) {
  int fd = openat2_beneath(root_fd, path, flags);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) fd = open_part_by_part(root_fd, path, flags);
  if (fd < 0 && !means_absent(errno)) throw system_error(errno, fmt::format("opening '{}'", path));
  return UniqueFd(fd);
}

DirectoryTree::DirectoryTree(EnvironmentRoots roots, ContentHash hash)
    : roots_(std::move(roots)), hash_(std::move(hash)) {
  for (const auto& [environment, folders] : roots_)
    for (const auto& folder : folders)
      if (!folder.starts_with('/'))
        throw Error(ErrorKind::invalid, "the root '{}' of environment '{}' must be an absolute path", folder,
                    environment);
}

const std::vector<std::string>& DirectoryTree::roots_of(const std::string& environment) const {
  static const std::vector<std::string> none;
  for (const auto& [name, folders] : roots_)
    if (name == environment) return folders;
  return none;
}

std::vector<std::string> DirectoryTree::environments() {
  std::vector<std::string> names;
  for (const auto& [name, folders] : roots_) names.push_back(name);
  return names;
}

std::vector<TreeEntry> DirectoryTree::list(const std::string& environment, const std::string& prefix) {
  std::map<std::string, TreeEntry> found;
  const bool is_folder = !prefix.empty() && is_tree_path(prefix);
  for (const auto& root : roots_of(environment))
    if (auto fd = open_root(root)) Walk(fd.get(), found).folder(is_folder ? prefix : "", 0);
  std::vector<TreeEntry> entries;
  for (auto& [path, entry] : found)
    if (path.starts_with(prefix)) entries.push_back(std::move(entry));
  return entries;
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
        return read_at(file->fd.get(), offset_bytes, size_bytes, root + "/" + path);
  return std::nullopt;
}

std::optional<std::string> DirectoryTree::sha256(const std::string& environment, const std::string& path) {
  auto content = read(environment, path);
  if (!content) return std::nullopt;
  return hash_(*content);
}

std::string DirectoryTree::revision(const std::string& environment) {
  return join(roots_of(environment), ", ");
}

}  // namespace halite
