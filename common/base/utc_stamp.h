// Salt's way to write a moment.
#pragma once

#include <chrono>
#include <string>

namespace halite {

// "2026-01-02T03:04:05.000678", UTC.
std::string utc_stamp(std::chrono::system_clock::time_point time);

}  // namespace halite
