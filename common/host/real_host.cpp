#include "common/host/real_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <thread>

#include "common/base/error.h"
#include "common/base/unique_fd.h"
#include "common/host/accounts.h"
#include "common/host/atomic_file.h"
#include "common/host/file_identity.h"
#include "common/host/place.h"
#include "common/host/process.h"
#include "common/host/system_manager.h"

namespace halite {
namespace {

FileType type_of(mode_t mode) {
  if (S_ISREG(mode)) return FileType::regular;
  if (S_ISDIR(mode)) return FileType::directory;
  if (S_ISLNK(mode)) return FileType::symlink;
  if (S_ISFIFO(mode)) return FileType::fifo;
  if (S_ISSOCK(mode)) return FileType::socket;
  return S_ISBLK(mode) ? FileType::block_device : FileType::character_device;
}

std::optional<FileStatus> status_at(const std::string& path, int flags) {
  struct stat found {};
  if (::fstatat(AT_FDCWD, path.c_str(), &found, flags) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw system_error(errno, "looking at " + path);
  }
  FileStatus status;
  status.type = type_of(found.st_mode);
  status.mode = found.st_mode & 07777;
  status.uid = found.st_uid;
  status.gid = found.st_gid;
  status.size_bytes = found.st_size;
  status.atime_s = found.st_atime;
  status.mtime_s = found.st_mtime;
  status.ctime_s = found.st_ctime;
  status.inode = found.st_ino;
  status.device = found.st_dev;
  status.links = found.st_nlink;
  return status;
}

std::vector<std::string> names_in(int fd, const std::string& path) {
  DIR* directory = ::fdopendir(fd);
  if (!directory) throw system_error(errno, "listing " + path);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

// Removes what is inside the directory open as `fd`. Works through descriptors, so a directory that someone replaces
// by a symlink meanwhile is not followed.
void remove_content(UniqueFd fd, const std::string& path) {
  const int directory = fd.get();
  for (const auto& name : names_in(::fcntl(directory, F_DUPFD_CLOEXEC, 0), path)) {
    const std::string inner = path + "/" + name;
    if (::unlinkat(directory, name.c_str(), 0) == 0) continue;
    if (errno != EISDIR && errno != EPERM) throw system_error(errno, "removing " + inner);
    UniqueFd next(::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next) throw system_error(errno, "removing " + inner);
    remove_content(std::move(next), inner);
    if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) != 0) throw system_error(errno, "removing " + inner);
  }
}

void must(int outcome, std::string_view doing, const std::string& path) {
  if (outcome != 0) throw system_error(errno, fmt::format("{} {}", doing, path));
}

void set_attributes_at(const Place& place, const std::string& path, const FileAttributes& attributes) {
  const UniqueFd fd(::openat(place.directory.get(), place.name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) throw system_error(errno, "changing " + path);
  if (attributes.uid || attributes.gid)
    must(::fchownat(fd.get(), "", attributes.uid.value_or(static_cast<uid_t>(-1)),
                    attributes.gid.value_or(static_cast<gid_t>(-1)), AT_EMPTY_PATH),
         "giving an owner to", path);
  struct stat now {};
  must(::fstat(fd.get(), &now), "looking at", path);
  // The link in /proc names exactly the file that is open, whatever stands at the path by now. A symlink has no mode.
  if (attributes.mode && !S_ISLNK(now.st_mode))
    must(::chmod(fmt::format("/proc/self/fd/{}", fd.get()).c_str(), static_cast<mode_t>(*attributes.mode)),
         "setting the mode of", path);
}

std::string read_all(const UniqueFd& fd, const std::string& path) {
  if (!fd) throw system_error(errno, "reading " + path);
  std::string content;
  std::array<char, 65536> buffer;  // not cleared: most of what is read is small
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw system_error(errno, "reading " + path);
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

class RealHost : public Host {
 public:
  std::optional<FileStatus> status(const std::string& path) override { return status_at(path, AT_SYMLINK_NOFOLLOW); }
  std::optional<FileStatus> status_of_target(const std::string& path) override { return status_at(path, 0); }

  // Without O_NONBLOCK a FIFO in the way would hang us.
  std::string read_file(const std::string& path) override {
    return read_all(UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), path);
  }

  std::string read_plain_file(const std::string& path) override {
    const Place place = open_place(path);
    UniqueFd fd(::openat(place.directory.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    struct stat found {};
    if (fd && ::fstat(fd.get(), &found) == 0 && !S_ISREG(found.st_mode))
      throw Error(ErrorKind::invalid, "reading {}: it is not a plain file", path);
    return read_all(std::move(fd), path);
  }

  std::optional<std::string> read_file_if_exists(const std::string& path) override {
    if (!status_of_target(path)) return std::nullopt;
    return read_file(path);
  }

  std::string read_symlink(const std::string& path) override {
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    if (length < 0) throw system_error(errno, "reading the link " + path);
    return {target.data(), static_cast<std::size_t>(length)};
  }

  std::vector<std::string> list_directory(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) throw system_error(errno, "listing " + path);
    return names_in(fd, path);
  }

  void replace_file(const std::string& path, std::string_view content, const FileAttributes& attributes) override {
    replace_file_atomically(path, content, attributes);
  }

  void copy_file(const std::string& from, const std::string& to, const FileAttributes& attributes) override {
    copy_file_atomically(from, to, attributes);
  }

  void append_file(const std::string& path, std::string_view content) override {
    const Place place = open_place(path);
    const UniqueFd fd(::openat(place.directory.get(), place.name.c_str(),
                               O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!fd) throw system_error(errno, "appending to " + path);
    write_all(fd.get(), content, path);
    must(::fsync(fd.get()), "appending to", path);
  }

  void make_directory(const std::string& path, const FileAttributes& attributes) override {
    const Place place = open_place(path);
    must(::mkdirat(place.directory.get(), place.name.c_str(),
                   static_cast<mode_t>(attributes.mode.value_or(0755) & 0700)),
         "making the directory", path);
    set_attributes_at(place, path, {attributes.mode.value_or(0755), attributes.uid, attributes.gid});
  }

  void make_symlink(const std::string& path, const std::string& target) override {
    const Place place = open_place(path);
    const std::string temporary = "." + place.name + ".halite-new";
    ::unlinkat(place.directory.get(), temporary.c_str(), 0);
    must(::symlinkat(target.c_str(), place.directory.get(), temporary.c_str()), "making the link", path);
    if (::renameat(place.directory.get(), temporary.c_str(), place.directory.get(), place.name.c_str()) == 0) return;
    const int error_number = errno;
    ::unlinkat(place.directory.get(), temporary.c_str(), 0);
    throw system_error(error_number, "making the link " + path);
  }

  void make_hardlink(const std::string& path, const std::string& existing) override {
    const Place from = open_place(existing);
    const Place to = open_place(path);
    must(::linkat(from.directory.get(), from.name.c_str(), to.directory.get(), to.name.c_str(), 0),
         "making the hard link", path);
  }
  void rename(const std::string& from, const std::string& to) override {
    const Place old_place = open_place(from);
    const Place new_place = open_place(to);
    must(::renameat(old_place.directory.get(), old_place.name.c_str(), new_place.directory.get(),
                    new_place.name.c_str()),
         "renaming to " + to + " the file", from);
  }
  void remove_file(const std::string& path) override {
    const Place place = open_place(path);
    must(::unlinkat(place.directory.get(), place.name.c_str(), 0), "removing", path);
  }
  void remove_directory(const std::string& path) override {
    const Place place = open_place(path);
    must(::unlinkat(place.directory.get(), place.name.c_str(), AT_REMOVEDIR), "removing the directory", path);
  }

  void remove_tree(const std::string& path) override {
    const Place place = open_place(path);
    const int directory = place.directory.get();
    if (::unlinkat(directory, place.name.c_str(), 0) == 0) return;
    if (errno != EISDIR && errno != EPERM) throw system_error(errno, "removing " + path);
    UniqueFd fd(::openat(directory, place.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw system_error(errno, "removing " + path);
    remove_content(std::move(fd), path);
    must(::unlinkat(directory, place.name.c_str(), AT_REMOVEDIR), "removing the directory", path);
  }

  void set_attributes(const std::string& path, const FileAttributes& attributes) override {
    set_attributes_at(open_place(path), path, attributes);
  }

  void set_times(const std::string& path, std::optional<std::int64_t> atime_s, std::int64_t mtime_s) override {
    const timespec accessed = atime_s ? timespec{*atime_s, 0} : timespec{0, UTIME_OMIT};
    const std::array<timespec, 2> times{{accessed, {mtime_s, 0}}};
    const Place place = open_place(path);
    must(::utimensat(place.directory.get(), place.name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW),
         "setting the time of", path);
  }

  void as_user(const Account& account, const std::function<void()>& work) override {
    const FileIdentity identity(account);
    work();
  }

  std::optional<Account> user(const std::string& name) override { return account_of(name); }
  std::optional<Account> user(uid_t uid) override { return account_of(uid); }
  std::optional<AccountGroup> group(const std::string& name) override { return account_group_of(name); }
  std::optional<AccountGroup> group(gid_t gid) override { return account_group_of(gid); }

  CommandResult execute(const Command& command) override { return run_process(command); }
  std::optional<std::string> find_program(const std::string& name) override { return find_on_path(name); }

  std::optional<UnitStatus> unit_status(const std::string& unit) override { return manager_.unit_status(unit); }

  std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }
  std::chrono::steady_clock::time_point steady_now() override { return std::chrono::steady_clock::now(); }
  void sleep(std::chrono::milliseconds duration) override { std::this_thread::sleep_for(duration); }

 private:
  SystemManager manager_;
};

}  // namespace

std::unique_ptr<Host> make_real_host() {
  return std::make_unique<RealHost>();
}

}  // namespace halite
