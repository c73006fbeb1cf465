#include "common/host/file_identity.h"

#include <grp.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "common/base/error.h"

namespace halite {
namespace {

// The C library would change the groups of every thread; the kernel's own call is this thread's alone.
int set_thread_groups(const std::vector<gid_t>& groups) {
  return static_cast<int>(::syscall(SYS_setgroups, groups.size(), groups.data()));
}

std::vector<gid_t> thread_groups() {
  std::vector<gid_t> groups(static_cast<std::size_t>(::getgroups(0, nullptr)));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return groups;
}

std::vector<gid_t> groups_of(const Account& account) {
  int count = 64;
  std::vector<gid_t> groups(static_cast<std::size_t>(count));
  while (::getgrouplist(account.name.c_str(), account.gid, groups.data(), &count) < 0)
    groups.resize(static_cast<std::size_t>(count));
  groups.resize(static_cast<std::size_t>(count));
  return groups;
}

}  // namespace

FileIdentity::FileIdentity(const Account& account) {
  if (::geteuid() != 0 || account.uid == 0) return;
  groups_ = thread_groups();
  if (set_thread_groups(groups_of(account)) != 0) throw system_error(errno, "taking the groups of " + account.name);
  gid_ = static_cast<gid_t>(::setfsgid(account.gid));
  uid_ = static_cast<uid_t>(::setfsuid(account.uid));
  is_changed_ = true;
  // setfsuid() gives no error; asking again tells whether it took.
  if (static_cast<uid_t>(::setfsuid(static_cast<uid_t>(-1))) == account.uid) return;
  restore();
  throw Error(ErrorKind::denied, "the kernel does not let us act as {}", account.name);
}

FileIdentity::~FileIdentity() {
  if (is_changed_) restore();
}

void FileIdentity::restore() {
  ::setfsuid(uid_);
  ::setfsgid(gid_);
  // To go on with a user's identity where ours is meant would be worse than to stop.
  if (static_cast<uid_t>(::setfsuid(static_cast<uid_t>(-1))) != uid_ || set_thread_groups(groups_) != 0) std::abort();
}

}  // namespace halite
