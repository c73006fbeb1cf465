#include "pillar/git/loose_objects.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/base/unique_fd.h"
#include "pillar/git/handles.h"

namespace halite::pillar {
namespace {

namespace fs = std::filesystem;

constexpr int alternates_depth = 5;  // as git follows them

class Inflater {
 public:
  Inflater() { is_ready_ = ::inflateInit(&stream_) == Z_OK; }
  ~Inflater() {
    if (is_ready_) ::inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;

  // Z_STREAM_END at the end of it, Z_OK when it wants more, else an error.
  int take(unsigned char* data, std::size_t size) {
    if (!is_ready_) return Z_MEM_ERROR;
    stream_.next_in = data;
    stream_.avail_in = static_cast<unsigned>(size);
    int result = Z_OK;
    do {
      stream_.next_out = output_.data();
      stream_.avail_out = static_cast<unsigned>(output_.size());
      result = ::inflate(&stream_, Z_NO_FLUSH);
    } while (result == Z_OK && stream_.avail_out == 0);
    return result == Z_BUF_ERROR ? Z_OK : result;
  }

 private:
  z_stream stream_{};
  std::array<unsigned char, 16384> output_{};
  bool is_ready_ = false;
};

bool is_cut(int fd) {
  Inflater inflater;
  std::array<unsigned char, 16384> input{};
  bool is_empty = true;
  for (;;) {
    const ssize_t got = ::read(fd, input.data(), input.size());
    if (got <= 0) return got == 0 && !is_empty;
    is_empty = false;
    if (inflater.take(input.data(), static_cast<std::size_t>(got)) != Z_OK) return false;  // its end, or damage of another kind
  }
}

bool is_hexadecimal(const std::string& text, std::size_t size) {
  return text.size() == size && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
}

}  // namespace

void LooseObjects::check(const std::string& repository) {
  constexpr std::string_view scheme = "file://";
  const std::string path = repository.starts_with(scheme) ? repository.substr(scheme.size()) : repository;
  start_git();
  git_repository* found = nullptr;
  if (git_repository_open_ext(&found, path.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr) != 0) return;  // the fetch says why
  const GitHandle<git_repository> held(found);
  check_folder(std::string(git_repository_commondir(found)) + "objects", 0);
}

void LooseObjects::check_folder(const std::string& objects, int depth) {
  std::error_code error;
  for (const auto& folder : fs::directory_iterator(objects, error)) {
    if (!is_hexadecimal(folder.path().filename(), 2)) continue;
    for (const auto& entry : fs::directory_iterator(folder.path(), error)) {
      const std::string path = entry.path();
      if (!is_hexadecimal(entry.path().filename(), GIT_OID_HEXSZ - 2)) continue;
      const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
      struct stat status {};
      if (!fd || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
      const Stamp stamp{status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_size};
      Stamp& known = sound_[path];
      if (known == stamp) continue;
      if (is_cut(fd.get()))
        throw Error(ErrorKind::unavailable, "the git object {} ends early, so nothing is fetched from there; git fsck in that repository says what is lost", path);
      known = stamp;
    }
  }
  std::ifstream alternates(objects + "/info/alternates");
  for (std::string line; depth < alternates_depth && std::getline(alternates, line);)
    if (!line.empty() && line.front() != '#') check_folder(line.front() == '/' ? line : objects + "/" + line, depth + 1);
}

}  // namespace halite::pillar
