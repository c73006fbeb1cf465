#include "master/prepare.h"

#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/base/error.h"

namespace halite::master {
namespace {

void make_parents(Host& host, const std::string& path) {
  for (auto slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    if (!host.status_of_target(parent)) host.make_directory(parent, {.mode = 0755, .uid = {}, .gid = {}});
  }
}

void give(Host& host, const std::string& path, const std::optional<Account>& account) {
  const auto status = account ? host.status(path) : std::nullopt;
  if (!status || status->uid == account->uid || status->type == FileType::symlink) return;
  host.set_attributes(path, {.mode = {}, .uid = account->uid, .gid = account->gid});
}

void prepare(Host& host, const std::string& path, unsigned mode, const std::optional<Account>& account) {
  during(
      [&] {
        make_parents(host, path);
        if (!host.status_of_target(path)) host.make_directory(path, {.mode = mode, .uid = {}, .gid = {}});
        give(host, path, account);
      },
      "preparing the directory {}", path);
}

}  // namespace

std::optional<Account> account_to_run_as(Host& host, const std::optional<std::string>& wanted, uid_t own_uid) {
  const std::string name = wanted.value_or("halite");
  auto account = host.user(name);
  if (!wanted) return own_uid == 0 ? account : std::nullopt;
  if (!account) throw Error(ErrorKind::not_found, "there is no user '{}' to run as (option user)", name);
  if (account->uid == own_uid) return std::nullopt;
  if (own_uid != 0) throw Error(ErrorKind::denied, "only root can start the master as another user ('{}', option user); under systemd, name the user in the unit: "
                                  "systemctl edit halite-master, User={}",
                name, name);
  return account;
}

void prepare_directories(Host& host, const MasterSettings& settings, const std::optional<Account>& account) {
  for (const auto* directory : {&settings.pki_dir, &settings.cachedir, &settings.state_dir}) prepare(host, *directory, 0700, account);
  prepare(host, settings.sock_dir, 0755, account);
  // Files of a master that ran as another user before. Nothing else is touched, and nothing recursively.
  for (const char* name : {"master.pem", "master.pub"}) give(host, settings.pki_dir + "/" + name, account);
  for (const char* name : {"master.db", "master.db-wal", "master.db-shm", "master.lock"})
    give(host, settings.state_dir + "/" + name, account);
}

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const auto before = std::exchange(limit.rlim_cur, limit.rlim_max);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

// The publish port has the larger part: every minion listens, and not every one asks.
ConnectionLimits connection_limits() {
  const std::size_t descriptors = raise_descriptor_limit();
  const std::size_t for_ports = descriptors - std::min(own_descriptors, descriptors / 2);
  const std::size_t publish_port = for_ports / 20 * 11;
  return {publish_port, for_ports - publish_port};
}

void become(const Account& account) {
  if (::initgroups(account.name.c_str(), account.gid) != 0 || ::setgid(account.gid) != 0 || ::setuid(account.uid) != 0)
    throw Error(ErrorKind::denied, "can't become the user '{}': {}", account.name, errno_text(errno));
}

}  // namespace halite::master
