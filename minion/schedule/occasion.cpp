#include "minion/schedule/occasion.h"

#include <array>
#include <cctype>
#include <vector>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::minion {
namespace {

constexpr std::array day_names{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
constexpr std::array month_names{"january", "february", "march",     "april",   "may",      "june",
                                 "july",    "august",   "september", "october", "november", "december"};

// By the whole name or its first three letters.
template <class Names>
std::optional<int> place_of(const std::string& word, const Names& names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (word == names[i] || word == std::string_view(names[i]).substr(0, 3)) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<int> number(std::string_view text, int low, int high) {
  const auto value = parse_int(text);
  if (!value || *value < low || *value > high) return std::nullopt;
  return static_cast<int>(*value);
}

// "17:00", "5:00pm", "5pm".
std::optional<int> time_of_day(std::string text) {
  std::optional<bool> is_afternoon;
  if (text.ends_with("am") || text.ends_with("pm")) {
    is_afternoon = text.ends_with("pm");
    text.resize(text.size() - 2);
  }
  const auto parts = split(text, ':');
  if (parts.empty() || parts.size() > 3 || (parts.size() == 1 && !is_afternoon)) return std::nullopt;
  auto hour = number(parts[0], is_afternoon ? 1 : 0, is_afternoon ? 12 : 23);
  const auto minute = parts.size() > 1 ? number(parts[1], 0, 59) : 0;
  const auto second = parts.size() > 2 ? number(parts[2], 0, 59) : 0;
  if (!hour || !minute || !second) return std::nullopt;
  if (is_afternoon) *hour = *hour % 12 + (*is_afternoon ? 12 : 0);
  return (*hour * 60 + *minute) * 60 + *second;
}

bool is_day_of(const Occasion::Date& date) {
  const std::chrono::year_month_day day{std::chrono::year(date.year), std::chrono::month(static_cast<unsigned>(date.month)),
                                        std::chrono::day(static_cast<unsigned>(date.day))};
  return day.ok();
}

std::optional<Occasion::Date> date_of(std::optional<int> year, std::optional<int> month, std::optional<int> day) {
  if (!year || !month || !day) return std::nullopt;
  const Occasion::Date date{*year, *month, *day};
  return is_day_of(date) ? std::optional(date) : std::nullopt;
}

// "2026-11-25", "11/25/2026".
std::optional<Occasion::Date> date_in(const std::string& text) {
  if (const auto parts = split(text, '-'); parts.size() == 3)
    return date_of(number(parts[0], 1970, 9999), number(parts[1], 1, 12), number(parts[2], 1, 31));
  if (const auto parts = split(text, '/'); parts.size() == 3)
    return date_of(number(parts[2], 1970, 9999), number(parts[0], 1, 12), number(parts[1], 1, 31));
  return std::nullopt;
}

// Words in lower case; "5:00 pm" as one word, and ISO's T between date and time as a blank.
std::vector<std::string> words_of(const std::string& text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is_digit = [&](std::size_t at) { return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])); };
    const bool is_gap = text[i] == ',' || (text[i] == 'T' && i > 0 && is_digit(i - 1) && is_digit(i + 1));
    plain += is_gap ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(text[i])));
  }
  std::vector<std::string> words;
  for (const auto& word : split_words(plain)) {
    if ((word == "am" || word == "pm") && !words.empty()) words.back() += word;
    else words.emplace_back(word);
  }
  return words;
}

// The first moment after this one at that time on a day that `step` days lie between.
std::optional<Moment> next_daily(const Occasion& occasion, Moment moment) {
  const std::tm day = local_time(moment);
  for (int ahead = 0; ahead <= 8; ++ahead) {
    const Moment then = from_local(day.tm_year + 1900, day.tm_mon + 1, day.tm_mday + ahead, occasion.second_of_day);
    if (then > moment && (!occasion.weekday || local_time(then).tm_wday == *occasion.weekday)) return then;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Moment> Occasion::after(Moment moment) const {
  if (!date) return next_daily(*this, moment);
  const Moment then = from_local(date->year, date->month, date->day, second_of_day);
  return then > moment ? std::optional(then) : std::nullopt;
}

Moment Occasion::near(Moment moment) const {
  if (date) return from_local(date->year, date->month, date->day, second_of_day);
  const std::tm day = local_time(moment);
  return from_local(day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, second_of_day);
}

Occasion occasion_from(const std::string& text) {
  Occasion occasion;
  std::optional<int> time, month, day, year;
  bool is_known = true;
  const auto words = words_of(text);
  for (const auto& word : words) {
    if (const auto found = time_of_day(word); found && !time) time = found;
    else if (const auto date = date_in(word); date && !occasion.date) occasion.date = date;
    else if (const auto weekday = place_of(word, day_names); weekday && !occasion.weekday) occasion.weekday = weekday;
    else if (const auto name = place_of(word, month_names); name && !month) month = *name + 1;
    else if (const auto small = number(word, 1, 31); small && !day) day = small;
    else if (const auto large = number(word, 1970, 9999); large && !year) year = large;
    else is_known = false;
  }
  if (month || day || year) {
    is_known = is_known && !occasion.date;
    occasion.date = date_of(year, month, day);
    is_known = is_known && occasion.date;
  }
  if (words.empty() || !is_known || (!time && !occasion.date))
    throw Error(ErrorKind::invalid, "'{}' is no time; one looks like 5:00pm, Monday 17:00 or 2026-11-25 17:00", escape_control(text));
  occasion.second_of_day = time.value_or(0);
  if (occasion.date) occasion.weekday.reset();
  return occasion;
}

bool Span::holds(Moment moment) const {
  const Moment from = start.near(moment), to = end.near(moment);
  const bool is_in = from <= to ? from <= moment && moment <= to : moment >= from || moment <= to;
  return is_in != is_inverted;
}

Moment Span::end_of(Moment moment) const {
  const Occasion& last = is_inverted ? start : end;
  return last.after(moment).value_or(moment);
}

}  // namespace halite::minion
