#include "common/host/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "common/host/place.h"

namespace halite {
namespace {

constexpr unsigned default_mode = 0644;

constexpr std::string_view temporary_suffix = ".halite";
constexpr std::size_t random_bytes = 8;

std::string temporary_prefix(const std::string& name) {
  constexpr std::size_t longest_part = 200;  // the whole must stay within NAME_MAX, 255
  return "." + name.substr(0, longest_part) + ".";
}

std::string temporary_name(const std::string& name) {
  std::array<char, random_bytes> random{};
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    throw system_error(errno, "asking for random bytes");
  return temporary_prefix(name) + to_hex({random.data(), random.size()}) + std::string(temporary_suffix);
}

bool is_temporary(std::string_view entry, std::string_view prefix) {
  if (entry.size() != prefix.size() + 2 * random_bytes + temporary_suffix.size()) return false;
  if (!entry.starts_with(prefix) || !entry.ends_with(temporary_suffix)) return false;
  return entry.substr(prefix.size(), 2 * random_bytes).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Temporary files of writers that were killed: nobody holds their lock.
void remove_leftovers(int directory, const std::string& name) {
  UniqueFd again(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  DIR* entries = again ? ::fdopendir(again.get()) : nullptr;
  if (!entries) return;  // nothing to see is nothing to remove
  again.release();       // closed with the directory
  const std::string prefix = temporary_prefix(name);
  std::vector<std::string> found;
  while (const auto* entry = ::readdir(entries))
    if (is_temporary(entry->d_name, prefix)) found.emplace_back(entry->d_name);
  ::closedir(entries);
  for (const auto& entry : found) {
    const UniqueFd fd(::openat(directory, entry.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) ::unlinkat(directory, entry.c_str(), 0);
  }
}

// Best effort: a file system without them, or a label we may not set, is no reason to leave the old content.
void keep_extended_attributes(int from, int to) {
  std::array<char, 65536> names;
  const ssize_t size = ::flistxattr(from, names.data(), names.size());
  if (size <= 0) return;
  std::vector<char> value(65536);
  for (ssize_t at = 0; at < size;) {
    const std::string name(names.data() + at);
    const ssize_t length = ::fgetxattr(from, name.c_str(), value.data(), value.size());
    if (length >= 0) ::fsetxattr(to, name.c_str(), value.data(), static_cast<std::size_t>(length), 0);
    at += static_cast<ssize_t>(name.size()) + 1;
  }
}

// Owner first: chown clears setuid. An owner is only set where it differs, so that a plain user can replace his own.
void set_attributes(int fd, const struct stat* old, const FileAttributes& wanted, const std::string& path) {
  const auto unchanged_uid = static_cast<uid_t>(-1);
  const auto unchanged_gid = static_cast<gid_t>(-1);
  const uid_t uid = wanted.uid.value_or(old ? old->st_uid : unchanged_uid);
  const gid_t gid = wanted.gid.value_or(old ? old->st_gid : unchanged_gid);
  struct stat now {};
  if (::fstat(fd, &now) != 0) throw system_error(errno, "looking at the new " + path);
  const bool differs = (uid != unchanged_uid && uid != now.st_uid) || (gid != unchanged_gid && gid != now.st_gid);
  if (differs && ::fchown(fd, uid, gid) != 0) throw system_error(errno, "giving an owner to " + path);
  const unsigned mode = wanted.mode.value_or(old ? old->st_mode & 07777 : default_mode);
  if (::fchmod(fd, static_cast<mode_t>(mode)) != 0) throw system_error(errno, "setting the mode of " + path);
}

}  // namespace

void write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error(errno, "writing " + path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

namespace {

// `write` puts the content into the open temporary file.
template <class Write>
void replace_with(const std::string& path, const FileAttributes& attributes, const Write& write) {
  const Place place = open_place(path);
  const int directory = place.directory.get();
  struct stat old {};
  const bool has_old = ::fstatat(directory, place.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0;
  if (has_old && S_ISDIR(old.st_mode)) throw system_error(EISDIR, "writing " + path);
  const bool keeps_old = has_old && S_ISREG(old.st_mode);

  remove_leftovers(directory, place.name);
  const std::string temporary = temporary_name(place.name);
  const UniqueFd fd(::openat(directory, temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!fd) throw system_error(errno, "writing " + path);
  ::flock(fd.get(), LOCK_EX | LOCK_NB);  // until it is closed: no other writer takes it for a leftover
  try {
    write(fd.get());
    if (keeps_old)
      if (const UniqueFd source(::openat(directory, place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
          source)
        keep_extended_attributes(source.get(), fd.get());
    set_attributes(fd.get(), keeps_old ? &old : nullptr, attributes, path);
    if (::fsync(fd.get()) != 0) throw system_error(errno, "writing " + path);
    if (::renameat(directory, temporary.c_str(), directory, place.name.c_str()) != 0)
      throw system_error(errno, "writing " + path);
  } catch (...) {
    ::unlinkat(directory, temporary.c_str(), 0);
    throw;
  }
  if (::fsync(directory) != 0) throw system_error(errno, "writing the directory of " + path);
}

}  // namespace

void replace_file_atomically(const std::string& path, std::string_view content, const FileAttributes& attributes) {
  replace_with(path, attributes, [&](int fd) { write_all(fd, content, path); });
}

void copy_file_atomically(const std::string& from, const std::string& to, const FileAttributes& attributes) {
  const Place place = open_place(from);
  const UniqueFd source(
      ::openat(place.directory.get(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!source) throw system_error(errno, "reading " + from);
  struct stat status {};
  if (::fstat(source.get(), &status) != 0) throw system_error(errno, "reading " + from);
  if (!S_ISREG(status.st_mode)) throw Error(ErrorKind::invalid, "reading {}: it is not a plain file", from);
  replace_with(to, attributes, [&](int fd) {
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t got = ::read(source.get(), buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw system_error(errno, "reading " + from);
      if (got == 0) return;
      write_all(fd, {buffer.data(), static_cast<std::size_t>(got)}, to);
    }
  });
}

}  // namespace halite
