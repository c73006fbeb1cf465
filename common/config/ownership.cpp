#include "common/config/ownership.h"

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {

void check_ownership(Host& host, const std::vector<std::string>& paths, const std::set<uid_t>& trusted) {
  constexpr unsigned group_writes = 0020, others_write = 0002, sticky = 01000;
  std::vector<std::string> problems;
  for (const auto& path : paths) {
    const auto status = host.status_of_target(path);
    if (!status) continue;
    // In a sticky directory nobody replaces another's file.
    const bool is_sticky = status->type == FileType::directory && (status->mode & sticky);
    const unsigned forbidden = is_sticky ? 0 : others_write | (status->gid == 0 ? 0 : group_writes);
    if (!trusted.contains(status->uid))
      problems.push_back(fmt::format("{} belongs to user {}, who could change what runs here; chown it to root", path, status->uid));
    else if (status->mode & forbidden)
      problems.push_back(fmt::format("{} has mode {:04o}: others could change what runs here; chmod go-w", path, status->mode));
  }
  if (!problems.empty()) throw Error(ErrorKind::denied, "{}", join(problems, "\n"));
}

}  // namespace halite
