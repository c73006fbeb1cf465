#include "common/render/regex_tools.h"

#include "common/base/error.h"
#include "common/render/failure.h"

namespace halite::render {

Regex compiled_regex(std::string_view pattern, bool ignore_case, bool multiline) {
  try {
    RegexOptions options;
    options.ignore_case = ignore_case;
    options.multiline = multiline;
    return Regex::compile(pattern, options);
  } catch (const Error& error) {
    fail("{}", error.message());
  }
}

}  // namespace halite::render
