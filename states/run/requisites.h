// What the results of other states mean for one state: run it, skip it, or count it as failed.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "states/outcome.h"
#include "states/run/chunk.h"

namespace halite::states {

// What the engine keeps of a state that is finished, or of its preview.
struct Report {
  Result result = Result::unchanged;
  bool has_changes = false;
  bool ran = true;          // false when onchanges or onfail kept it from running
  bool was_called = false;  // its function decided the result, not its requisites
};

enum class Verdict {
  met,
  failed,           // a required state failed
  changed,          // a watched state changed
  no_change,        // onchanges: none of them changed
  no_failure,       // onfail: none of them failed
  nothing_planned,  // prereq: none of them would change
};

// `report` gives the finished report of a chunk, `preview` what a dry run of it said; null when there is none.
Verdict judge(const Chunk& chunk, const std::function<const Report*(std::size_t)>& report,
              const std::function<const Report*(std::size_t)>& preview);

}  // namespace halite::states
