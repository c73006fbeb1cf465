// Users and groups by the system's name service (files, LDAP, ...).
#pragma once

#include <optional>
#include <string>

#include "common/host/host.h"

namespace halite {

std::optional<Account> account_of(const std::string& name);
std::optional<Account> account_of(uid_t uid);
std::optional<AccountGroup> account_group_of(const std::string& name);
std::optional<AccountGroup> account_group_of(gid_t gid);

}  // namespace halite
