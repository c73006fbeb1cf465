// The times of a crontab: "*/5 9-17 * * mon-fri".
#pragma once

#include <bitset>
#include <optional>
#include <string>

#include "minion/schedule/moment.h"

namespace halite::minion {

class CronTime {
 public:
  // Five fields, or @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually. Throws Error(invalid) that names the field.
  explicit CronTime(const std::string& text);

  // The first minute after this moment; nothing when there is none in the next eight years (the 30th of February).
  std::optional<Moment> after(Moment moment) const;

 private:
  using Field = std::bitset<64>;
  bool has_day(const std::tm& day) const;

  Field minutes_, hours_, days_, months_, weekdays_;
  bool any_day_ = false, any_weekday_ = false;
};

}  // namespace halite::minion
