#include "common/host/place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <deque>
#include <optional>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {
namespace {

class Walk {
 public:
  explicit Walk(const std::string& path) : path_(path) {
    add(path);
    enter_root();
  }

  UniqueFd finish() {
    while (!parts_.empty()) {
      const std::string part = std::move(parts_.front());
      parts_.pop_front();
      if (part == "..")
        leave();
      else
        enter(part);
    }
    UniqueFd directory(::openat(open_.back().get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory) throw system_error(errno, "opening the directory of " + path_);
    return directory;
  }

 private:
  // Puts the parts of a path in front of those that are left.
  void add(std::string_view path) {
    const auto parts = split(path, '/');
    for (auto part = parts.rbegin(); part != parts.rend(); ++part)
      if (!part->empty() && *part != ".") parts_.push_front(*part);
  }

  void enter_root() {
    open_.clear();
    open_.emplace_back(::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!open_.back()) throw system_error(errno, "opening /");
  }

  // ".." is the directory we came from, not one that somebody moved ours into.
  void leave() {
    if (open_.size() > 1) open_.pop_back();
  }

  void enter(const std::string& part) {
    UniqueFd next(::openat(open_.back().get(), part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    if (!next) throw system_error(errno, fmt::format("opening '{}' on the way to {}", part, path_));
    struct stat status {};
    if (::fstat(next.get(), &status) != 0) throw system_error(errno, "looking at the way to " + path_);
    if (S_ISLNK(status.st_mode)) return follow(next.get(), status.st_uid, part);
    if (!S_ISDIR(status.st_mode))
      throw system_error(ENOTDIR, fmt::format("opening '{}' on the way to {}", part, path_));
    // The first thing behind a user's symlink must be that user's.
    if (link_owner_ && parts_.size() <= behind_link_) {
      if (status.st_uid != *link_owner_)
        throw Error(
            ErrorKind::denied,
            "a symlink of user {} on the way to {} leads to a directory of user {}; such links are not followed",
            *link_owner_, path_, status.st_uid);
      link_owner_.reset();
    }
    open_.push_back(std::move(next));
  }

  void follow(int link, uid_t owner, const std::string& part) {
    constexpr int link_limit = 40;  // as the kernel's
    if (++links_ > link_limit) throw system_error(ELOOP, "opening the directory of " + path_);
    std::array<char, PATH_MAX> target{};
    const ssize_t length = ::readlinkat(link, "", target.data(), target.size());
    if (length <= 0) throw system_error(errno, fmt::format("reading the link '{}' on the way to {}", part, path_));
    if (owner != 0 && owner != ::geteuid() && !link_owner_) {
      link_owner_ = owner;
      behind_link_ = parts_.size();
    }
    const std::string_view text(target.data(), static_cast<std::size_t>(length));
    if (text.front() == '/') enter_root();
    add(text);
  }

  const std::string path_;
  std::deque<std::string> parts_;  // still to go
  std::vector<UniqueFd> open_;     // from the root to where we are
  std::optional<uid_t> link_owner_;
  std::size_t behind_link_ = 0;  // how many parts are left when the link is through
  int links_ = 0;
};

}  // namespace

Place open_place(const std::string& asked) {
  std::string path = asked;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path == "/") return {Walk("/").finish(), "."};
  const std::size_t slash = path.rfind('/');
  const std::string name = slash == std::string::npos ? "" : path.substr(slash + 1);
  if (!path.starts_with('/') || name.empty() || name == "." || name == ".." || path.find('\0') != std::string::npos)
    throw Error(ErrorKind::invalid, "'{}' is no absolute path of a file", escape_control(asked));
  return {Walk(path.substr(0, slash)).finish(), name};
}

}  // namespace halite
