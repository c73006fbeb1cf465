// Results as text, by outputter: the formats that Salt's --out names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"

namespace halite {

struct OutputOptions {
  bool color = false;
  Value indent;             // of json and yaml: a number, "pretty", or null for the format's own
  std::int64_t retcode = 0; // other than 0: nested is shown in red
  int nested_indent = 0;    // blanks before every line of nested

  std::string state_output = "full";
  bool state_verbose = true;
  bool state_output_diff = false;
  bool state_output_profile = true;
  bool state_output_pct = false;
  bool state_compress_ids = false;
  Value state_tabular = false;                    // true: a table
  std::vector<std::string> state_output_exclude;  // with filter: "True", "False", "None"
  std::vector<std::string> state_output_terse;
};

std::vector<std::string> outputter_names();

// Which outputter shows a result. `asked` is --out (or the setting), `wanted` what the function asked for; either may be
// empty. "highstate" from --out never forces data that is no state return. Throws Error(invalid) for an unknown `asked`,
// with the nearest; an unknown `wanted` gives "nested".
std::string choose_outputter(std::string_view asked, std::string_view wanted);

// The text without white space at its end; empty: print nothing. Data that an outputter can't show is shown as nested.
// Control characters from minions are always escaped.
std::string format_output(const Value& data, std::string_view outputter, const OutputOptions& options);

}  // namespace halite
