// Points in time as schedules know them: whole seconds, and the local calendar.
#pragma once

#include <chrono>
#include <ctime>
#include <string>

namespace halite::minion {

using Moment = std::chrono::sys_seconds;

std::tm local_time(Moment moment);
// Fields out of range move on: the 32nd of January is the 1st of February.
Moment from_local(int year, int month, int day, int second_of_day);
// As Salt shows it: "2026-11-25T17:00:00". `format` is strftime's.
std::string to_text(Moment moment, const std::string& format = "%Y-%m-%dT%H:%M:%S");
// Throws Error(invalid) that shows the text and the format.
Moment moment_from(const std::string& text, const std::string& format = "%Y-%m-%dT%H:%M:%S");

}  // namespace halite::minion
