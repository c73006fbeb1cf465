#include "common/host/accounts.h"

#include <grp.h>
#include <pwd.h>

#include <cerrno>

#include "common/base/error.h"

namespace halite {
namespace {

// Calls a getXXX_r function with a buffer that grows until the entry fits.
template <class Entry, class Look>
bool look_up(Entry& entry, std::vector<char>& buffer, Look look) {
  constexpr std::size_t largest = 16 << 20;
  buffer.resize(4096);
  for (;;) {
    Entry* found = nullptr;
    const int error_number = look(&entry, buffer.data(), buffer.size(), &found);
    if (error_number == ERANGE && buffer.size() < largest) {
      buffer.resize(buffer.size() * 4);
      continue;
    }
    return found != nullptr;
  }
}

template <class Look>
std::optional<Account> account(Look look) {
  passwd entry{};
  std::vector<char> buffer;
  if (!look_up(entry, buffer, look)) return std::nullopt;
  return Account{entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_gecos ? entry.pw_gecos : "",
                 entry.pw_dir ? entry.pw_dir : "", entry.pw_shell ? entry.pw_shell : ""};
}

template <class Look>
std::optional<AccountGroup> account_group(Look look) {
  ::group entry{};
  std::vector<char> buffer;
  if (!look_up(entry, buffer, look)) return std::nullopt;
  AccountGroup found{entry.gr_name, entry.gr_gid, {}};
  for (char** member = entry.gr_mem; member && *member; ++member) found.members.emplace_back(*member);
  return found;
}

}  // namespace

std::optional<Account> account_of(const std::string& name) {
  return account([&](auto... rest) { return ::getpwnam_r(name.c_str(), rest...); });
}

std::optional<Account> account_of(uid_t uid) {
  return account([&](auto... rest) { return ::getpwuid_r(uid, rest...); });
}

std::optional<AccountGroup> account_group_of(const std::string& name) {
  return account_group([&](auto... rest) { return ::getgrnam_r(name.c_str(), rest...); });
}

std::optional<AccountGroup> account_group_of(gid_t gid) {
  return account_group([&](auto... rest) { return ::getgrgid_r(gid, rest...); });
}

}  // namespace halite
