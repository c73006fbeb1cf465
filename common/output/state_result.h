// One state of a state return, as the outputter `highstate` needs it. Private to this folder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/data/value.h"

namespace halite::formats {

struct StateResult {
  std::string module, id, name, function;  // from the tag "module_|-id_|-name_|-function"
  std::string state_name;                  // what the return calls itself: `name`
  Value result;                            // true, false, or null for "would change"
  Value changes;
  std::string comment;
  std::string started;   // "02:55:59.748003"; empty when not said
  std::string duration;  // milliseconds, as Python prints the number
  double duration_ms = 0;
  bool has_times = false;
  bool is_parallel = false;
  std::vector<std::string> warnings;
  double run_number = 0;
  std::int64_t compressed = 1;  // how many states of one id this stands for

  bool is_true() const { return result.if_bool() && *result.if_bool(); }
  bool is_false() const { return result.if_bool() && !*result.if_bool(); }
};

// The states of one minion's return in the order in which they ran; entries that are no states are left out.
std::vector<StateResult> read_states(const Map& data);
// States of one id, module and result become one: state_compress_ids.
std::vector<StateResult> compress_ids(std::vector<StateResult> states);

}  // namespace halite::formats
