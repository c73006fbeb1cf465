#include "minion/return_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "common/base/error.h"
#include "common/base/unique_fd.h"
#include "common/data/json.h"
#include "minion/disk.h"

namespace halite::minion {
namespace {

// Never through a link: the directory is a configured one, and others may be able to write there.
UniqueFd open_private(const std::string& path, int flags) {
  UniqueFd fd(::open(path.c_str(), flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd) throw system_error(errno, "opening " + path);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) throw system_error(errno, "looking at " + path);
  if (!S_ISREG(status.st_mode) || status.st_nlink > 1 || status.st_uid != ::geteuid())
    throw Error(ErrorKind::denied, "{} is not a plain file of the minion's own", path);
  if (::fchmod(fd.get(), 0600) != 0) throw system_error(errno, "closing others out of " + path);
  return fd;
}

std::int64_t size_of(int fd, const std::string& path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) throw system_error(errno, "looking at " + path);
  return status.st_size;
}

bool ends_amid_a_line(int fd, std::int64_t size) {
  char last = '\n';
  return size > 0 && ::pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

std::string ReturnFile::path(std::int64_t number) const {
  return options_.directory + "/returns.jsonl" + (number > 0 ? fmt::format(".{}", number) : "");
}

void ReturnFile::begin_new_file() const {
  for (std::int64_t number = options_.count; number > 0; --number)
    if (::rename(path(number - 1).c_str(), path(number).c_str()) != 0 && errno != ENOENT)
      throw system_error(errno, "renaming " + path(number - 1));
}

void ReturnFile::append(const Map& record) const {
  std::string line = to_json(record) + "\n";
  make_private_directory(options_.directory);
  const UniqueFd lock = open_private(options_.directory + "/.lock", O_RDWR);
  if (::flock(lock.get(), LOCK_EX) != 0) throw system_error(errno, "locking " + options_.directory);
  UniqueFd file = open_private(path(0), O_RDWR | O_APPEND);
  std::int64_t size = size_of(file.get(), path(0));
  if (size > 0 && size + static_cast<std::int64_t>(line.size()) > options_.size_bytes) {
    begin_new_file();
    file = open_private(path(0), O_RDWR | O_APPEND);
    size = 0;
  }
  if (ends_amid_a_line(file.get(), size)) line.insert(0, 1, '\n');
  try {
    write_all(file.get(), line, path(0));
  } catch (const Error&) {
    // Half a line would spoil the next one for its readers.
    if (::ftruncate(file.get(), size) != 0) throw;
    throw;
  }
}

}  // namespace halite::minion
