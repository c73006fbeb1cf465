// What a regular expression finds in a text, replaced, as Salt's file.replace does it: on bytes.
#pragma once

#include <optional>
#include <string>

#include "common/data/regex.h"
#include "common/data/value.h"

namespace halite::states {

struct RegexReplace {
  std::string pattern;
  std::string replacement;
  std::size_t count = 0;  // 0: all
  RegexOptions options = {};
  bool append_if_not_found = false, prepend_if_not_found = false;
  std::optional<std::string> not_found_content = {};  // unset: the replacement
  bool backslash_literal = false;
};

std::string regex_replace(const std::string& text, const RegexReplace& edit);

// Python's flags of regular expressions: a number (8), a name ("MULTILINE"), or a list of names. Throws Error(invalid).
RegexOptions regex_options(const Value& flags);

}  // namespace halite::states
