// Options that are known and checked but have no effect yet: whoever sets one is told so.
#pragma once

#include <string_view>

namespace halite {

// `role`: "master" or "minion". Make an option work, and take its name off the list.
bool is_idle_option(std::string_view role, std::string_view name);

}  // namespace halite
