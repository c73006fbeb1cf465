#include "minion/schedule/moment.h"

#include <array>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::minion {
namespace {

Moment from_tm(std::tm fields) {
  fields.tm_isdst = -1;
  return Moment(std::chrono::seconds(std::mktime(&fields)));
}

}  // namespace

std::tm local_time(Moment moment) {
  const std::time_t seconds = moment.time_since_epoch().count();
  std::tm fields{};
  ::localtime_r(&seconds, &fields);
  return fields;
}

Moment from_local(int year, int month, int day, int second_of_day) {
  std::tm fields{};
  fields.tm_year = year - 1900;
  fields.tm_mon = month - 1;
  fields.tm_mday = day;
  fields.tm_hour = second_of_day / 3600;
  fields.tm_min = second_of_day / 60 % 60;
  fields.tm_sec = second_of_day % 60;
  return from_tm(fields);
}

std::string to_text(Moment moment, const std::string& format) {
  const std::tm fields = local_time(moment);
  std::array<char, 256> text{};
  return std::string(text.data(), std::strftime(text.data(), text.size(), format.c_str(), &fields));
}

Moment moment_from(const std::string& text, const std::string& format) {
  std::tm fields{};
  fields.tm_mday = 1;
  const char* end = ::strptime(text.c_str(), format.c_str(), &fields);
  if (!end || *end != '\0')
    throw Error(ErrorKind::invalid, "'{}' is no time of the form {}", escape_control(text), escape_control(format));
  return from_tm(fields);
}

}  // namespace halite::minion
