// Walking one root of a file tree.
#include "common/host/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <ctime>
#include <memory>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

constexpr int depth_limit = 32;
constexpr std::size_t entry_limit = 1'000'000;
// The kernel's clock for files moves in steps of some milliseconds.
constexpr double settling_s = 0.1;

// Not there, or not for us to follow: both mean that the tree has no such file.
bool means_absent(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR || error_number == EXDEV || error_number == ELOOP ||
         error_number == ENAMETOOLONG;
}

int openat2_beneath(int root_fd, const std::string& path, int flags) {
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: something on this machine was renamed or mounted while ".." of a symlink was followed, so the kernel can't be
  // sure (openat2(2)). Nobody can keep that up without end by chance; who does it on purpose gets the error.
  constexpr int tries = 1000;
  int fd = -1;
  for (int i = 0; i < tries; ++i) {
    fd = static_cast<int>(::syscall(SYS_openat2, root_fd, path.c_str(), &how, sizeof how));
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return fd;
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

struct DirectoryCloser {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// Walks one root. Folders reached through symlinks count too; a folder that contains itself is entered once.
class Walk {
 public:
  Walk(int root_fd, TreeContents& found, std::vector<WalkedFolder>* walked) : root_fd_(root_fd), found_(found), walked_(walked) {}

  void folder(const std::string& path, int depth) {
    auto fd = open_beneath(root_fd_, path.empty() ? "." : path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    struct stat status {};
    if (!fd || depth > depth_limit || ::fstat(fd.get(), &status) != 0) return;
    const auto identity = std::pair{status.st_dev, status.st_ino};
    if (std::find(above_.begin(), above_.end(), identity) != above_.end()) return;
    above_.push_back(identity);
    if (!path.empty()) found_.folders.insert(path);
    if (walked_) walked_->push_back({path, status.st_dev, status.st_ino, settled_change_time(status)});
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
      note_symlink(folder_fd, name, path);
      const auto target = open_beneath(root_fd_, path, O_PATH);
      if (!target || ::fstat(target.get(), &status) != 0) return;
    }
    if (S_ISDIR(status.st_mode)) return folder(path, depth + 1);
    if (!S_ISREG(status.st_mode)) return;
    if (found_.files.size() >= entry_limit)
      throw Error(ErrorKind::invalid, "more than {} files below a root; is it the right folder?", entry_limit);
    found_.files.try_emplace(path, TreeEntry{path, status.st_size, status.st_mode & 07777U});
  }

  void note_symlink(int folder_fd, const char* name, const std::string& path) {
    std::array<char, PATH_MAX> target;
    const auto length = ::readlinkat(folder_fd, name, target.data(), target.size());
    if (length > 0) found_.symlinks.try_emplace(path, target.data(), static_cast<std::size_t>(length));
  }

  int root_fd_;
  TreeContents& found_;
  std::vector<WalkedFolder>* walked_;
  std::vector<std::pair<dev_t, ino_t>> above_;
};

}  // namespace

struct timespec settled_change_time(const struct stat& status) {
  struct timespec now {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const double age_s = static_cast<double>(now.tv_sec - status.st_ctim.tv_sec) + static_cast<double>(now.tv_nsec - status.st_ctim.tv_nsec) / 1e9;
  return age_s < settling_s ? timespec{} : status.st_ctim;
}

UniqueFd open_beneath(int root_fd, const std::string& path, int flags) {
  int fd = openat2_beneath(root_fd, path, flags);
  if (fd < 0 && (errno == ENOSYS || errno == EPERM)) fd = open_part_by_part(root_fd, path, flags);
  if (fd < 0 && !means_absent(errno)) throw system_error(errno, fmt::format("opening '{}'", path));
  return UniqueFd(fd);
}

void walk_root(int root_fd, const std::string& folder, TreeContents& found, std::vector<WalkedFolder>* walked) {
  Walk(root_fd, found, walked).folder(folder, 0);
}

bool are_unchanged(int root_fd, const std::vector<WalkedFolder>& folders) {
  return std::all_of(folders.begin(), folders.end(), [&](const WalkedFolder& folder) {
    struct stat status {};
    const bool is_there = folder.path.empty() ? ::fstat(root_fd, &status) == 0 : ::fstatat(root_fd, folder.path.c_str(), &status, 0) == 0;
    return is_there && status.st_dev == folder.device && status.st_ino == folder.inode &&
           status.st_ctim.tv_sec == folder.changed.tv_sec && status.st_ctim.tv_nsec == folder.changed.tv_nsec;
  });
}

}  // namespace halite
