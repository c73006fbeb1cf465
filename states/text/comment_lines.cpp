#include "states/text/comment_lines.h"

#include <functional>

#include "common/data/regex.h"
#include "states/text/lines.h"

namespace halite::states {
namespace {

std::string without_start(const std::string& regex) {
  return std::string(strip_left(regex, "^"));
}

std::string core(const std::string& regex) {
  return std::string(strip_right(without_start(regex), "$"));
}

bool finds(const std::string& text, const std::string& regex) {
  return Regex::compile(regex, {.multiline = true, .bytes = true}).search(text).has_value();
}

std::string with_matching_lines(const std::string& text, const std::string& pattern,
                                const std::function<std::string(const std::string&)>& change) {
  const Regex regex = Regex::compile(pattern, {.bytes = true});
  std::string result;
  for (const auto& line : lines_with_ends(text)) result += regex.match(line) ? change(line) : line;
  return result;
}

}  // namespace

std::string without_anchors(const std::string& regex) {
  return Regex::compile("^(\\(\\?[iLmsux]\\))?\\^?(.*?)\\$?$").replace(regex, "\\2");
}

bool has_commented(const std::string& text, const std::string& regex, const std::string& mark) {
  return finds(text, mark + without_anchors(regex));
}

CommentStanding comment_standing(const std::string& text, const std::string& regex, const std::string& mark) {
  const std::string plain = without_anchors(regex);
  if (finds(text, "^(?!\\s*" + mark + ").*" + plain)) return CommentStanding::active;
  return has_commented(text, regex, mark) ? CommentStanding::commented : CommentStanding::none;
}

CommentStanding uncomment_standing(const std::string& text, const std::string& regex, const std::string& mark) {
  const std::string plain = without_start(regex);
  if (finds(text, mark + "[ \t]*" + plain)) return CommentStanding::commented;
  return finds(text, "^[ \t]*" + plain) ? CommentStanding::active : CommentStanding::none;
}

std::string comment_lines(const std::string& text, const std::string& regex, const std::string& mark) {
  const std::string pattern = (regex.starts_with('^') ? "^(" : "(") + core(regex) + (regex.ends_with('$') ? ")$" : ")");
  return with_matching_lines(text, pattern, [&](const std::string& line) { return mark + line; });
}

std::string uncomment_lines(const std::string& text, const std::string& regex, const std::string& mark) {
  const std::string pattern = "^" + mark + "\\s*(" + core(regex) + (regex.ends_with('$') ? ")$" : ")");
  return with_matching_lines(text, pattern,
                             [&](const std::string& line) { return std::string(strip_left(line, mark)); });
}

}  // namespace halite::states
