// Tells systemd how the service is (sd_notify's protocol: a datagram to NOTIFY_SOCKET), without its library.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace halite::master {

// Does nothing when no one listens. "READY=1", "STOPPING=1", "WATCHDOG=1", "STATUS=...".
void notify_manager(const std::string& state);

// How often the manager wants to hear WATCHDOG=1, halved to be on the safe side; nothing when it does not.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace halite::master
