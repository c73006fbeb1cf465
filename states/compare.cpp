#include "states/compare.h"

#include "common/base/strings.h"
#include "common/data/diff.h"

namespace halite::states {
namespace {

Value shown(const Value& value, bool is_secret) {
  return is_secret && !value.is_null() ? Value(redacted) : value;
}

}  // namespace

Map changes_of(const std::vector<Difference>& differences) {
  Map changes;
  for (const Difference& difference : differences) {
    if (difference.shows_diff && !difference.is_secret && difference.before.is_string() &&
        difference.after.is_string()) {
      changes.set(difference.field, unified_diff(*difference.before.if_string(), *difference.after.if_string()));
      continue;
    }
    changes.set(difference.field, Map{{"old", shown(difference.before, difference.is_secret)},
                                      {"new", shown(difference.after, difference.is_secret)}});
  }
  return changes;
}

std::string describe(const std::vector<Difference>& differences) {
  std::vector<std::string> parts;
  for (const Difference& difference : differences) {
    if (difference.is_secret || difference.shows_diff) {
      parts.push_back(difference.field + " is not as it was set");
      continue;
    }
    parts.push_back(
        fmt::format("{} is {}, not {}", difference.field, short_text(difference.before), short_text(difference.after)));
  }
  return join(parts, "; ");
}

}  // namespace halite::states
