// One line put into a text, replaced or taken out, as Salt's file.line does it.
#pragma once

#include <optional>
#include <string>

namespace halite::states {

struct LineEdit {
  std::string mode;  // ensure, insert, replace, delete
  std::optional<std::string> content = {};
  std::optional<std::string> match = {}, before = {}, after = {};  // regular expressions, or a part of the line
  std::string location = {};                                       // of insert: start, end, or empty
  bool indent = true;                                              // takes the white space in front from the neighbour
};

// The text after the edit. Throws Error(invalid) in Salt's words for what can't be done.
std::string edit_line(const std::string& text, const LineEdit& edit);

}  // namespace halite::states
