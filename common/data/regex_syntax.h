// Private to Regex: rewrites a pattern in Python's syntax into PCRE2's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/regex.h"

namespace halite {

struct PcrePattern {
  std::string text;
  std::vector<std::size_t> origins;  // for each byte of `text`, its position in the Python pattern
  RegexOptions options;              // with the pattern's own (?ims) added
  bool ascii = false;                // (?a): \w, \d, \s and \b know ASCII only
};

// Throws Error(invalid) for what Python's `re` refuses and PCRE2 would accept with another meaning.
PcrePattern pcre_from_python(std::string_view pattern, const RegexOptions& options);
[[noreturn]] void bad_regex(std::string_view pattern, std::size_t position, std::string_view problem);

}  // namespace halite
