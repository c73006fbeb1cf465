// What a `stateful` command says about itself on its standard output, as Salt defines it.
#pragma once

#include <optional>
#include <string>

#include "common/data/value.h"

namespace halite::states {

struct StatefulReport {
  bool changed = false;
  std::optional<std::string> comment;
  Map data;            // every other pair it gave
  std::string output;  // the standard output without the report
};

// One JSON object, or name=value pairs on the last line ("changed=yes comment='done'").
// Throws Error(invalid) with Salt's words when it is neither.
StatefulReport read_stateful(const std::string& output);

}  // namespace halite::states
