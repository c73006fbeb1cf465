#include "common/wire/refusals.h"

namespace halite::wire {
namespace {

constexpr std::array<std::string_view, refusal_count> names{
    "malformed", "too_large", "clear_command", "level",    "bad_id",    "unknown_minion", "not_authentic", "token",
    "identity",  "stale",     "replayed",      "algorithm", "public_key", "busy",          "handler"};

}  // namespace

std::string_view to_string(Refusal refusal) { return names[static_cast<std::size_t>(refusal)]; }

Map RefusalCounters::as_map() const {
  Map map;
  for (std::size_t i = 0; i < refusal_count; ++i) map.set(names[i], static_cast<std::int64_t>(counts_[i]));
  return map;
}

}  // namespace halite::wire
