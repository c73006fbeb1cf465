// The system's time zone, and whether the hardware clock runs in UTC.
#pragma once

#include <string>

#include "common/host/host.h"

namespace halite::states {

// "Europe/Berlin"; empty when /etc/localtime is no zone of the database (it is UTC where there is none).
std::string time_zone(Host& host);
// True when the system's time is that of the zone, under whatever name. Throws Error(invalid) for an unknown zone.
bool is_time_zone(const std::string& zone, Host& host);
void set_time_zone(const std::string& zone, Host& host);

bool is_hardware_clock_utc(Host& host);
void set_hardware_clock_utc(bool is_utc, Host& host);

}  // namespace halite::states
