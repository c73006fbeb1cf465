// Before the master begins: its directories, and the user it runs as.
#pragma once

#include <optional>
#include <string>

#include "common/config/master_settings.h"
#include "common/host/host.h"

namespace halite::master {

// The account to run as when started as root; nothing: stay who we are. `wanted` is the option `user` when it is set; else
// "halite" is taken when there is such a user. Throws Error(not_found) for a user that does not exist, and Error(denied) when
// we are not root and another user is wanted.
std::optional<Account> account_to_run_as(Host& host, const std::optional<std::string>& wanted, uid_t own_uid);

// Makes pki_dir, cachedir, state_dir (0700) and sock_dir (0755) where they are missing, with their parents, and gives them and
// the master's own files in them to `account`. Throws Error naming the directory.
void prepare_directories(Host& host, const MasterSettings& settings, const std::optional<Account>& account);

// Lets the process open as many descriptors as the system allows it; gives how many.
std::size_t raise_descriptor_limit();

// For the master's own files, its children and the tools that talk to it.
inline constexpr std::size_t own_descriptors = 256;
// How many connections the two ports may hold, so that these are left whoever connects.
struct ConnectionLimits {
  std::size_t publish_port, request_port;
};
ConnectionLimits connection_limits();

// For good: groups, group, user. Throws Error(denied) when the system refuses.
void become(const Account& account);

}  // namespace halite::master
