// What came of one state: the result, a comment for people, and the changes.
#pragma once

#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::states {

enum class Result {
  unchanged,     // as it should be; nothing done
  changed,       // changed, and verified
  would_change,  // dry run: the real run would change this
  failed,
};

struct Outcome {
  Result result = Result::unchanged;
  std::string comment = {};
  Map changes = {};
  // A guard settled the matter: a watched change runs nothing either.
  bool skip_watch = false;
  std::vector<std::string> warnings = {};
  // Of the job that did it on other machines; shown as `__jid__`.
  std::string jid = {};
};

// True, false, or null for "would change", as Salt has it.
inline Value to_value(Result result) {
  if (result == Result::would_change) return {};
  return result != Result::failed;
}

inline Outcome failed(std::string comment, Map changes = {}) {
  return {.result = Result::failed, .comment = std::move(comment), .changes = std::move(changes)};
}
inline Outcome unchanged(std::string comment) {
  return {.result = Result::unchanged, .comment = std::move(comment), .changes = {}};
}

}  // namespace halite::states
