#include "common/base/utc_stamp.h"

#include <fmt/format.h>

#include <ctime>
#include <string_view>

namespace halite {

std::string utc_stamp(std::chrono::system_clock::time_point time) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(micros / 1'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  return fmt::format("{}.{:06}", std::string_view(text, size), micros % 1'000'000);
}

}  // namespace halite
