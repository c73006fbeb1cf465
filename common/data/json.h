// JSON (RFC 8259) to and from Value.
#pragma once

#include <string>
#include <string_view>

#include "common/data/value.h"

namespace halite {

// Throws Error(invalid) "SOURCE:LINE:COLUMN: ..."; key order is kept, the last of equal keys wins, as in Python.
// Nesting deeper than 256 is refused. Integers beyond 64 bits become reals.
Value from_json(std::string_view text, std::string_view source_name = "JSON");

struct JsonStyle {
  int indent = -1;           // spaces a level; negative: one line
  bool sort_keys = false;
  bool compact = false;      // no blanks behind ',' and ':'
  bool ascii_only = false;   // \uXXXX for everything else, as Python's default
};
// Python's separators (", " and ": "). Keys that are no text are written as Python's json does ("1", "true", "null").
// Bytes are written as text with invalid UTF-8 replaced.
std::string to_json(const Value& value, const JsonStyle& style = {});

}  // namespace halite
