#include "minion/schedule/cron_time.h"

#include <array>
#include <cctype>
#include <map>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite::minion {
namespace {

constexpr int days_ahead = 8 * 366;

struct Form {
  const char* name;
  int low, high;
  const char* names;  // of the values from `low` on, three letters each
};
constexpr std::array<Form, 5> forms{{{"minute", 0, 59, ""},
                                     {"hour", 0, 23, ""},
                                     {"day of the month", 1, 31, ""},
                                     {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                     {"day of the week", 0, 7, "sunmontuewedthufrisat"}}};

std::optional<int> value_in(std::string_view text, const Form& form) {
  const std::string_view names = form.names;
  if (text.size() == 3 && !names.empty())
    if (const auto at = names.find(text); at != std::string_view::npos && at % 3 == 0) return form.low + static_cast<int>(at / 3);
  const auto value = parse_int(text);
  if (!value || *value < form.low || *value > form.high) return std::nullopt;
  return static_cast<int>(*value);
}

// One of the parts between commas: "*", "7", "1-5", each also with "/2". False for what is none.
bool add_part(std::string_view part, const Form& form, std::bitset<64>& values) {
  int step = 1;
  bool has_step = false;
  if (const auto slash = part.find('/'); slash != std::string_view::npos) {
    const auto given = parse_int(part.substr(slash + 1));
    if (!given || *given < 1 || *given > form.high) return false;
    step = static_cast<int>(*given);
    part = part.substr(0, slash);
    has_step = true;
  }
  int first = form.low, last = form.high;
  if (part != "*") {
    const auto dash = part.find('-');
    const auto from = value_in(part.substr(0, dash), form);
    const auto to = dash == std::string_view::npos ? (has_step ? std::optional(form.high) : from) : value_in(part.substr(dash + 1), form);
    if (!from || !to || *from > *to) return false;
    first = *from;
    last = *to;
  }
  for (int value = first; value <= last; value += step) values.set(static_cast<std::size_t>(value));
  return true;
}

const std::map<std::string, std::string, std::less<>>& words() {
  static const std::map<std::string, std::string, std::less<>> all{
      {"@hourly", "0 * * * *"}, {"@daily", "0 0 * * *"},   {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
      {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}};
  return all;
}

}  // namespace

CronTime::CronTime(const std::string& text) {
  std::string lower;
  for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto word = words().find(trim(lower));
  const auto fields = split_words(word == words().end() ? lower : word->second);
  if (fields.size() != forms.size())
    throw Error(ErrorKind::invalid, "the cron time '{}' must have five fields: minute, hour, day of the month, month, day of the week",
                escape_control(text));
  const std::array<Field*, 5> places{&minutes_, &hours_, &days_, &months_, &weekdays_};
  for (std::size_t i = 0; i < forms.size(); ++i)
    for (const auto& part : split(fields[i], ','))
      if (!add_part(part, forms[i], *places[i]))
        throw Error(ErrorKind::invalid, "the cron time '{}': '{}' is no {}; it goes from {} to {}", escape_control(text),
                    escape_control(part), forms[i].name, forms[i].low, forms[i].high);
  if (weekdays_[7]) weekdays_.set(0);
  any_day_ = fields[2][0] == '*';
  any_weekday_ = fields[4][0] == '*';
}

// Cron's rule: with both kinds of day given, either is enough.
bool CronTime::has_day(const std::tm& day) const {
  if (!months_[static_cast<std::size_t>(day.tm_mon + 1)]) return false;
  const bool by_date = days_[static_cast<std::size_t>(day.tm_mday)], by_weekday = weekdays_[static_cast<std::size_t>(day.tm_wday)];
  return any_day_ || any_weekday_ ? by_date && by_weekday : by_date || by_weekday;
}

std::optional<Moment> CronTime::after(Moment moment) const {
  const std::tm today = local_time(moment);
  for (int ahead = 0; ahead <= days_ahead; ++ahead) {
    // Noon is on that day whatever the clocks do in the night.
    const std::tm day = local_time(from_local(today.tm_year + 1900, today.tm_mon + 1, today.tm_mday + ahead, 12 * 3600));
    if (!has_day(day)) continue;
    for (int hour = 0; hour < 24; ++hour) {
      if (!hours_[static_cast<std::size_t>(hour)]) continue;
      for (int minute = 0; minute < 60; ++minute) {
        if (!minutes_[static_cast<std::size_t>(minute)]) continue;
        const Moment then = from_local(day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, (hour * 60 + minute) * 60);
        if (then > moment) return then;
      }
    }
  }
  return std::nullopt;
}

}  // namespace halite::minion
