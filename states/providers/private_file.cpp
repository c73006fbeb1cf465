#include "states/providers/private_file.h"

#include "common/base/error.h"
#include "common/base/log.h"

namespace halite::states {
namespace {

// No other file is in the way: what others may have put there under a name that can be guessed is not used.
std::string free_path(std::string_view purpose, Host& host) {
  auto number = host.now().time_since_epoch().count();
  for (;; ++number) {
    std::string path = fmt::format("/tmp/.halite-{}-{:x}", purpose, number);
    if (!host.status(path)) return path;
  }
}

}  // namespace

PrivateFile::PrivateFile(std::string_view purpose, std::string_view content, unsigned mode, const std::string& user,
                         World& world)
    : host_(world.host) {
  FileAttributes attributes{.mode = mode};
  if (!user.empty()) {
    const auto account = world.host.user(user);
    if (!account) throw Error(ErrorKind::not_found, "User '{}' is not available", user);
    attributes.uid = account->uid;
    attributes.gid = account->gid;
  }
  path_ = free_path(purpose, host_);
  host_.replace_file(path_, content, attributes);
}

PrivateFile::~PrivateFile() {
  try {
    host_.remove_file(path_);
  } catch (const std::exception& error) {
    log::error("a temporary file stays behind: {}", error.what());
  }
}

}  // namespace halite::states
