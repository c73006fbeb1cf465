#include "minion/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/unique_fd.h"

namespace halite::minion {
namespace {

constexpr off_t reserve_bytes = 1 << 20;  // some hundred returns

std::string reserve_in(const std::string& directory) { return directory + "/reserve"; }

}  // namespace

void make_private_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return;
  if (errno == ENOENT) {
    const auto slash = path.rfind('/');
    if (slash == std::string::npos || slash == 0) throw system_error(ENOENT, "making the directory " + path);
    make_private_directory(path.substr(0, slash));
    if (::mkdir(path.c_str(), 0700) == 0) return;
  }
  if (errno != EEXIST) throw system_error(errno, "making the directory " + path);
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) throw system_error(errno, "looking at " + path);
  if (!S_ISDIR(status.st_mode)) throw Error(ErrorKind::invalid, "{} is not a directory", path);
}

void write_all(int fd, std::string_view data, const std::string& path) {
  while (!data.empty()) {
    const auto written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw system_error(errno, "writing " + path);
    data.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_all(int fd, std::size_t limit_bytes, const std::string& path) {
  std::string content;
  std::array<char, 16384> buffer{};
  while (true) {
    const auto count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error(errno, "reading " + path);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > limit_bytes) throw Error(ErrorKind::invalid, "{} is larger than {} bytes", path, limit_bytes);
  }
}

std::vector<std::string> list_names(const std::string& directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
  if (!stream && errno == ENOENT) return {};
  if (!stream) throw system_error(errno, "listing " + directory);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void replace_private_file(const std::string& path, std::string_view content) {
  const std::string temporary = path + ".new";
  const std::string directory = path.substr(0, path.rfind('/'));
  ::unlink(temporary.c_str());
  {
    const UniqueFd file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) throw system_error(errno, "making " + temporary);
    try {
      write_all(file.get(), content, temporary);
      if (::fsync(file.get()) != 0) throw system_error(errno, "writing " + temporary);
    } catch (const Error&) {
      ::unlink(temporary.c_str());
      throw;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) throw system_error(errno, "replacing " + path);
  const UniqueFd parent(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent) ::fsync(parent.get());
}

bool make_reserve(const std::string& directory) {
  const std::string path = reserve_in(directory);
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return errno == EEXIST;
  if (::posix_fallocate(file.get(), 0, reserve_bytes) == 0) return true;
  ::unlink(path.c_str());
  return false;
}

void with_reserve(const std::string& directory, const std::function<void()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    if (::unlink(reserve_in(directory).c_str()) != 0) throw;
    log::error("{}; the space kept for that is given up, make room on the disk", error.what());
  }
  work();
}

}  // namespace halite::minion
