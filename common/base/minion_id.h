// What may be a minion's id. Ids come from strangers and end up in logs, file names and tables.
#pragma once

#include <string_view>

namespace halite {

// 1 to 255 ASCII letters, digits and . _ - : @ +, the first one a letter, a digit or an underscore. So an id is no path, no
// pattern, no option, no list, and nothing that a terminal shows as another.
bool is_valid_minion_id(std::string_view id);
// Throws Error(invalid) that shows the id escaped and says which rule it breaks.
void check_minion_id(std::string_view id);

}  // namespace halite
