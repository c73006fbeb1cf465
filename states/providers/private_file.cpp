#include "states/providers/private_file.h"

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/crypto/bytes.h"

namespace halite::states {
namespace {

// A name that nobody can guess, and have something ready under.
std::string free_path(std::string_view purpose) {
  return fmt::format("/tmp/.halite-{}-{}", purpose, crypto::random_nonce());
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
  path_ = free_path(purpose);
  host_.replace_file(path_, content, attributes);
}

PrivateFile::PrivateFile(std::string_view purpose, std::string_view content, Host& host) : host_(host), path_(free_path(purpose)) {
  host_.replace_file(path_, content, {.mode = 0600, .uid = {}, .gid = {}});
}

PrivateFile::~PrivateFile() {
  try {
    host_.remove_file(path_);
  } catch (const std::exception& error) {
    log::error("a temporary file stays behind: {}", error.what());
  }
}

}  // namespace halite::states
