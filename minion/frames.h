// Messages between the daemon and its job processes, over a socket: four bytes of length, then a msgpack map.
#pragma once

#include <optional>

#include "common/data/value.h"

namespace halite::minion {

// Throws Error(unavailable) when the other side is gone.
void send_frame(int fd, const Map& message);
// Nothing at the end. Throws Error(invalid) for what is no message.
std::optional<Map> receive_frame(int fd);

}  // namespace halite::minion
