// The text between two marker lines, replaced, as Salt's file.blockreplace does it.
#pragma once

#include <optional>
#include <string>

namespace halite::states {

struct MarkedBlock {
  std::string marker_start, marker_end;
  std::string content = {};
  bool append_if_not_found = false, prepend_if_not_found = false;
  std::optional<bool> append_newline =
      {};  // a newline in front of the end marker; unset: when the content ends with none
  std::string insert_before_match = {}, insert_after_match = {};  // regular expressions: where a new block goes
};

// Throws Error(invalid) for a block without end, and when there is no block and nothing says where to put one.
std::string replace_block(const std::string& text, const MarkedBlock& block);

}  // namespace halite::states
