#include "states/text/regex_replace.h"

#include <algorithm>

#include "common/base/error.h"
#include "common/base/strings.h"
#include "common/data/convert.h"

namespace halite::states {
namespace {

// The flags that mean something here, by Python's numbers. Those of locale and Unicode say nothing about bytes.
struct Flag {
  const char* name;
  std::int64_t bit;
  bool RegexOptions::*option;
};
const std::vector<Flag>& known_flags() {
  static const std::vector<Flag> flags{
      {"IGNORECASE", 2, &RegexOptions::ignore_case},
      {"I", 2, &RegexOptions::ignore_case},
      {"MULTILINE", 8, &RegexOptions::multiline},
      {"M", 8, &RegexOptions::multiline},
      {"DOTALL", 16, &RegexOptions::dot_all},
      {"S", 16, &RegexOptions::dot_all},
      {"VERBOSE", 64, &RegexOptions::verbose},
      {"X", 64, &RegexOptions::verbose},
      {"LOCALE", 4, nullptr},
      {"L", 4, nullptr},
      {"UNICODE", 32, nullptr},
      {"U", 32, nullptr},
      {"ASCII", 256, nullptr},
      {"A", 256, nullptr},
  };
  return flags;
}

std::int64_t bit_of(const Value& name) {
  const std::string* text = name.if_string();
  std::string upper = text ? *text : short_text(name);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  std::vector<std::string> names;
  for (const Flag& flag : known_flags()) {
    if (upper == flag.name) return flag.bit;
    if (std::string(flag.name).size() > 1) names.push_back(flag.name);
  }
  throw Error(ErrorKind::invalid, "Invalid re flag given: {}; there are {}", text ? *text : upper, join(names, ", "));
}

bool is_line_of(const std::string& text, const std::string& line, RegexOptions options) {
  return Regex::compile("^" + Regex::escape(line) + "($|(?=\r\n))", options).search(text).has_value();
}

}  // namespace

RegexOptions regex_options(const Value& flags) {
  std::int64_t bits = 0;
  if (const auto* number = flags.if_int())
    bits = *number;
  else
    for (const Value& flag : flags.is_list() ? flags.as_list() : List{flags}) bits |= bit_of(flag);
  RegexOptions options;
  options.bytes = true;
  for (const Flag& flag : known_flags())
    if (flag.option && (bits & flag.bit) != 0) options.*flag.option = true;
  return options;
}

std::string regex_replace(const std::string& text, const RegexReplace& edit) {
  if (edit.append_if_not_found && edit.prepend_if_not_found)
    throw Error(ErrorKind::invalid, "Only one of append and prepend_if_not_found is permitted");
  const Regex regex = Regex::compile(edit.pattern, edit.options);
  if (regex.search(text)) {
    const std::string replacement =
        edit.backslash_literal ? replace_all(edit.replacement, "\\", "\\\\") : edit.replacement;
    return regex.replace(text, replacement, edit.count);
  }
  if (!edit.append_if_not_found && !edit.prepend_if_not_found) return text;
  const std::string content = edit.not_found_content.value_or(edit.replacement);
  // What an earlier run put there is not put there again.
  if (is_line_of(text, content, edit.options)) return text;
  if (edit.prepend_if_not_found) return content + "\n" + text;
  return text + (text.empty() || text.ends_with('\n') ? "" : "\n") + content + "\n";
}

}  // namespace halite::states
