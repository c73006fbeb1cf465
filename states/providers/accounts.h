// The local user database (/etc/passwd, /etc/group, /etc/shadow), parsed once and again when a file changes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

// A line of /etc/shadow. Absent numbers are -1, as Salt shows them.
struct Shadow {
  std::string password;
  std::int64_t last_change_days = -1;
  std::int64_t min_days = -1;
  std::int64_t max_days = -1;
  std::int64_t warn_days = -1;
  std::int64_t inactive_days = -1;
  std::int64_t expire_days = -1;
};

class Accounts {
 public:
  explicit Accounts(Host& host) : host_(&host) {}

  // Local entries alone; null when there is none.
  const Account* user(const std::string& name);
  const AccountGroup* group(const std::string& name);
  const Shadow* shadow(const std::string& name);
  // Names of the groups that list the user, sorted, and its primary group's, as Salt's user.info has them.
  std::vector<std::string> groups_of(const Account& account);
  // Group names that list the user; the primary group only if it lists it too.
  std::vector<std::string> supplementary_groups(const std::string& user);
  std::optional<std::string> group_holding(gid_t gid);
  std::optional<std::string> user_holding(uid_t uid);

  // By name or number, from the system's name service when the local files have none.
  std::optional<uid_t> uid(const std::string& name_or_id);
  std::optional<gid_t> gid(const std::string& name_or_id);
  // The name, or the number as text where it has none.
  std::string user_name(uid_t uid);
  std::string group_name(gid_t gid);

  // Drops what is known; call it after a change. Changes by others are noticed by the files' identity.
  void forget();

 private:
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t mtime_s = -1;
    std::int64_t size_bytes = -1;
    bool operator==(const Stamp&) const = default;
  };
  Stamp stamp(const std::string& path);
  void refresh_users();
  void refresh_groups();
  void refresh_shadow();

  Host* host_;
  Stamp users_stamp_, groups_stamp_, shadow_stamp_;
  std::unordered_map<std::string, Account> users_;
  std::unordered_map<uid_t, std::string> users_by_id_;
  std::vector<AccountGroup> groups_;
  std::unordered_map<std::string, std::size_t> group_by_name_;
  std::unordered_map<gid_t, std::size_t> group_by_id_;
  std::unordered_map<std::string, Shadow> shadow_;
};

}  // namespace halite::states
