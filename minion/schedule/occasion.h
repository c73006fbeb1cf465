// Times as people write them in a schedule: "5:00pm", "Monday 9:30", "2026-11-25 17:00".
#pragma once

#include <optional>
#include <string>

#include "minion/schedule/moment.h"

namespace halite::minion {

// A time of day alone comes every day, with the name of a day every week, with a date once.
struct Occasion {
  struct Date {
    int year, month, day;
  };
  std::optional<Date> date;
  std::optional<int> weekday;  // 0 is Sunday
  int second_of_day = 0;

  // The first one after this moment; nothing when there is none.
  std::optional<Moment> after(Moment moment) const;
  // Of the same day as this moment, where the occasion names none of its own.
  Moment near(Moment moment) const;
};

// Dates are 2026-11-25, 11/25/2026 (month first, as dateutil reads it) or "Nov 25 2026"; times 17:00, 17:00:30, 5pm,
// "5:00 pm". Throws Error(invalid) that shows the text.
Occasion occasion_from(const std::string& text);

// From one time to another: every day, over midnight too, or between two dates.
struct Span {
  Occasion start, end;
  bool is_inverted = false;  // what lies outside

  bool holds(Moment moment) const;
  // When the span that holds this moment ends.
  Moment end_of(Moment moment) const;
};

}  // namespace halite::minion
