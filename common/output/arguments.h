// Function arguments on a command line, as Salt reads them: YAML where it is meant, text where it is not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/data/value.h"

namespace halite {

// One argument as YAML, with Salt's exceptions: text with white space other than blanks, "---", digits with "_", an
// unquoted map or list, and what only a comment would change stay text. Bad YAML is the text itself.
Value parse_argument(const std::string& text);

// Name and value of "name=value"; nothing when there is no name in front of a single "=".
std::optional<std::pair<std::string, std::string>> split_keyword(const std::string& text);

// Plain arguments in order; keywords last, as a map that has `__kwarg__: true`. `no_parse`: keywords whose value is
// text as it is.
List parse_arguments(const std::vector<std::string>& words, const std::vector<std::string>& no_parse = {});

struct FunctionCall {
  std::string function;
  List arguments;
};

// "test.ping" and its arguments; or several functions at once: "test.ping,cmd.run" with the arguments of each between
// lone separators ("," unless told otherwise). Throws Error(invalid) when there are more groups than functions.
std::vector<FunctionCall> parse_calls(const std::string& functions, const std::vector<std::string>& words,
                                      const std::vector<std::string>& no_parse = {}, const std::string& separator = ",");

}  // namespace halite
