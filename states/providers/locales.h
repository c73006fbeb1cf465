// Locales of the C library: which there are, making one, and the system's own.
#pragma once

#include <string>
#include <vector>

#include "common/host/host.h"

namespace halite::states {

// "de_DE.UTF-8" and "de_DE.utf8" are one.
std::string normal_locale(const std::string& name);
std::vector<std::string> locales(Host& host);  // as `locale -a` lists them
bool has_locale(const std::string& name, Host& host);
// Its line in /etc/locale.gen ("de_DE.UTF-8 UTF-8"), from the list of those that can be made. Throws Error(not_found).
std::string locale_definition(const std::string& name, Host& host);
// Throws Error(unavailable) in locale-gen's words.
void generate_locale(const std::string& name, Host& host);

// LANG of /etc/locale.conf or /etc/default/locale; empty when none is set.
std::string system_locale(Host& host);
void set_system_locale(const std::string& name, Host& host);

}  // namespace halite::states
