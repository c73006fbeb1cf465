#include "master/jobs/job_id.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fmt/format.h>

namespace halite::master {
namespace {

using std::chrono::microseconds;
using std::chrono::system_clock;

int number(std::string_view digits) {
  int value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

std::tm utc_of(std::string_view jid) {
  std::tm utc{};
  utc.tm_year = number(jid.substr(0, 4)) - 1900;
  utc.tm_mon = number(jid.substr(4, 2)) - 1;
  utc.tm_mday = number(jid.substr(6, 2));
  utc.tm_hour = number(jid.substr(8, 2));
  utc.tm_min = number(jid.substr(10, 2));
  utc.tm_sec = number(jid.substr(12, 2));
  return utc;
}

}  // namespace

bool is_job_id(std::string_view text) {
  return text.size() == 20 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string job_id_at(system_clock::time_point time) {
  const auto micros = std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[16];
  const std::size_t size = std::strftime(text, sizeof text, "%Y%m%d%H%M%S", &utc);
  return fmt::format("{}{:06}", std::string_view(text, size), micros % 1'000'000);
}

std::string job_start_text(std::string_view jid) {
  if (!is_job_id(jid)) return "";
  static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const int month = number(jid.substr(4, 2));
  if (month < 1 || month > 12) return "";
  return fmt::format("{}, {} {} {}:{}:{}.{}", jid.substr(0, 4), months[static_cast<std::size_t>(month - 1)], jid.substr(6, 2),
                     jid.substr(8, 2), jid.substr(10, 2), jid.substr(12, 2), jid.substr(14));
}

std::string JobIds::next() {
  const auto now = std::chrono::time_point_cast<microseconds>(host_.now());
  last_ = std::max<system_clock::time_point>(now, last_ + microseconds(1));
  return job_id_at(last_);
}

void JobIds::stay_above(std::string_view jid) {
  if (!is_job_id(jid)) return;
  std::tm utc = utc_of(jid);
  const auto time = system_clock::from_time_t(timegm(&utc)) + microseconds(number(jid.substr(14)));
  last_ = std::max(last_, time);
}

}  // namespace halite::master
