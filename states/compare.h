// What differs between what is there and what is wanted, by the properties of a schema.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/data/schema.h"

namespace halite::states {

struct Difference {
  std::string field;
  Value before;
  Value after;
  bool is_secret = false;
  bool shows_diff = false;
};

inline constexpr std::string_view redacted = "XXX-REDACTED-XXX";

// {field: {old, new}}; secret values are masked, long texts are a unified diff.
Map changes_of(const std::vector<Difference>& differences);
// "mode is 0600, not 0644; group is ...", for a change that did not hold.
std::string describe(const std::vector<Difference>& differences);

// The properties in which `now` is not what `want` asks; an unset property of `want` asks nothing. When one side is
// absent, "exists" differs, and so does each property that the other side has.
template <class T>
void add_differences(const Schema<T>& schema, const std::optional<T>& now, const std::optional<T>& want,
                     std::vector<Difference>& result) {
  const auto& fields = schema.fields();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].role != Role::property) continue;
    if (want && schema.is_unset(*want, i)) continue;
    Value before = now ? schema.get(*now, i) : Value();
    Value after = want ? schema.get(*want, i) : Value();
    if (!(before == after))
      result.push_back(
          {fields[i].name, std::move(before), std::move(after), fields[i].is_secret, fields[i].shows_diff});
  }
}

template <class T>
std::vector<Difference> differences(const Schema<T>& arguments, const Schema<T>& derived, const std::optional<T>& now,
                                    const std::optional<T>& want) {
  std::vector<Difference> result;
  if (!now && !want) return result;
  if (now.has_value() != want.has_value()) result.push_back({"exists", now.has_value(), want.has_value()});
  add_differences(arguments, now, want, result);
  add_differences(derived, now, want, result);
  return result;
}

}  // namespace halite::states
