// Job ids: 20 digits, UTC YYYYMMDDhhmmssffffff, so that they sort by time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/host/host.h"

namespace halite::master {

// 20 digits and nothing else: a job id names no file here, but it does elsewhere.
bool is_job_id(std::string_view text);
std::string job_id_at(std::chrono::system_clock::time_point time);
// "2026, Jan 02 03:04:05.000678", as Salt shows the start of a job. Empty for what is no job id.
std::string job_start_text(std::string_view jid);

// Gives ids that only grow, even when two are asked for in one microsecond or the clock steps back.
class JobIds {
 public:
  explicit JobIds(Host& host) : host_(host) {}
  std::string next();
  // Never gives an id at or below this one.
  void stay_above(std::string_view jid);

 private:
  Host& host_;
  std::chrono::system_clock::time_point last_{};
};

}  // namespace halite::master
