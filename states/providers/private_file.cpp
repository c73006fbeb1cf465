#include "states/providers/private_file.h"

#include <unistd.h>

#include "common/base/error.h"
#include "common/base/log.h"
#include "common/base/strings.h"
#include "common/crypto/bytes.h"

namespace halite::states {
namespace {

constexpr std::string_view directory_of_all = "/tmp", prefix = ".halite-";

// A name that nobody can guess, and have something ready under: .halite-PURPOSE-PID-NONCE.
std::string free_path(std::string_view directory, std::string_view purpose, std::string_view suffix) {
  return fmt::format("{}/{}{}-{}-{}{}", directory, prefix, purpose, ::getpid(), crypto::random_nonce(), suffix);
}

// The process in a name; nothing for a name that is not one of ours.
std::optional<std::int64_t> process_of(const std::string& name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto words = split(name.substr(prefix.size()), '-');
  // The purpose may have hyphens, the nonce has none.
  return words.size() < 3 ? std::nullopt : parse_int(words[words.size() - 2]);
}

FileAttributes attributes_for(const std::string& user, unsigned mode, World& world) {
  FileAttributes attributes{.mode = mode};
  if (user.empty()) return attributes;
  const auto account = world.host.user(user);
  if (!account) throw Error(ErrorKind::not_found, "User '{}' is not available", user);
  attributes.uid = account->uid;
  attributes.gid = account->gid;
  return attributes;
}

}  // namespace

PrivateFile::PrivateFile(std::string_view purpose, std::string_view content, unsigned mode, const std::string& user, World& world)
    : PrivateFile(purpose, content, attributes_for(user, mode, world), world.host) {}

PrivateFile::PrivateFile(std::string_view purpose, std::string_view content, Host& host)
    : PrivateFile(purpose, content, {.mode = 0600, .uid = {}, .gid = {}}, host) {}

PrivateFile::PrivateFile(std::string_view purpose, std::string_view content, const FileAttributes& attributes, Host& host,
                         std::string_view directory, std::string_view suffix)
    : host_(host), path_(free_path(directory, purpose, suffix)) {
  host_.replace_file(path_, content, attributes);
}

PrivateFile::~PrivateFile() {
  try {
    host_.remove_file(path_);
  } catch (const std::exception& error) {
    log::error("a temporary file stays behind: {}", error.what());
  }
}

void remove_left_private_files(Host& host) {
  const std::string directory(directory_of_all);
  if (!host.status(directory)) return;
  for (const auto& name : host.list_directory(directory)) {
    const auto process = process_of(name);
    if (!process || host.status(fmt::format("/proc/{}", *process))) continue;
    const std::string path = directory + "/" + name;
    try {
      const auto found = host.status(path);
      if (found && found->type == FileType::regular) host.remove_file(path);
    } catch (const Error& error) {
      log::warning("{} of a process that is gone can't be removed: {}", path, error.what());
    }
  }
}

}  // namespace halite::states
