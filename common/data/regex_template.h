// Private to Regex: the replacement text of re.sub, parsed once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/data/regex.h"

namespace halite {

class RegexTemplate {
 public:
  // Throws Error(invalid) for a group that is not there and for an escape that Python refuses.
  RegexTemplate(std::string_view text, std::size_t group_count,
                const std::vector<std::pair<std::string, std::size_t>>& names);
  // A group that took no part gives nothing.
  void append_to(std::string& out, const RegexMatch& match) const;

 private:
  struct Part {
    std::string text;
    std::optional<std::size_t> group;  // after the text
  };
  void literal(std::string_view text);
  void group(std::size_t number, std::size_t group_count, std::string_view source);

  std::vector<Part> parts_;
};

}  // namespace halite
