// Tells systemd how the daemon is, as sd_notify(3) does; nothing happens without it. Not libsystemd: it would be a
// seventh of the daemon's memory for one datagram.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace halite::minion {

// "READY=1", "STATUS=...", "WATCHDOG=1", "STOPPING=1"; several with newlines between.
void notify_manager(const std::string& message);
// How often WATCHDOG=1 is wanted; nothing when it is not.
std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace halite::minion
