#include "common/data/regex_syntax.h"

#include <charconv>

#include <fmt/format.h>

#include "common/base/error.h"

namespace halite {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

class Translator {
 public:
  Translator(std::string_view pattern, const RegexOptions& options) : in_(pattern) { out_.options = options; }

  PcrePattern run() {
    while (global_flags()) {
    }
    while (at_ < in_.size()) item();
    if (depth_ > 0) bad_regex(in_, in_.size(), "missing ), unterminated subpattern");
    return std::move(out_);
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < in_.size() ? in_[at_ + ahead] : '\0'; }
  bool has(std::string_view text) const { return in_.substr(at_).starts_with(text); }

  void put(std::string_view text) {
    out_.text += text;
    out_.origins.insert(out_.origins.end(), text.size(), at_);
  }
  void copy(std::size_t count) {
    for (; count > 0 && at_ < in_.size(); --count, ++at_) put(in_.substr(at_, 1));
  }

  void item() {
    switch (peek()) {
      case '\\': return escape(false);
      case '[': return set();
      case '(': return open();
      case '{': return repeat();
      case ')':
        if (depth_-- == 0) bad_regex(in_, at_, "unbalanced parenthesis");
        return copy(1);
      case '#':
        if (out_.options.verbose) return comment();
        return copy(1);
      default: return copy(1);
    }
  }

  void comment() {
    while (at_ < in_.size() && peek() != '\n') ++at_;
  }

  // (?aiLmsux) for the whole pattern stands at its start only.
  bool global_flags() {
    if (!has("(?")) return false;
    std::size_t end = 2;
    while (is_letter(peek(end)) && peek(end) != 'P') ++end;
    if (end == 2 || peek(end) != ')') return false;
    for (std::size_t i = 2; i < end; ++i) global_flag(peek(i), at_ + i);
    at_ += end + 1;
    return true;
  }

  void global_flag(char flag, std::size_t position) {
    switch (flag) {
      case 'i': out_.options.ignore_case = true; break;
      case 'm': out_.options.multiline = true; break;
      case 's': out_.options.dot_all = true; break;
      case 'x': out_.options.verbose = true; break;
      case 'a': out_.ascii = true; break;
      case 'u': break;
      default: bad_regex(in_, position, "unknown flag");
    }
  }

  void open() {
    if (peek(1) == '*') bad_regex(in_, at_ + 1, "nothing to repeat");
    if (peek(1) == '?') {
      if (has("(?#")) return skip_comment_group();
      check_extension();
    }
    const bool is_condition = has("(?(");
    if (!has("(?P=")) ++depth_;
    if (!is_condition && !has("(?P=")) return copy(has("(?P<") ? 4 : 1);
    while (at_ < in_.size() && peek() != ')') copy(1);  // the name or number of a group
    if (at_ == in_.size()) bad_regex(in_, at_, "missing ), unterminated name");
    copy(1);
  }

  void skip_comment_group() {
    const std::size_t end = in_.find(')', at_);
    if (end == std::string_view::npos) bad_regex(in_, at_, "missing ), unterminated comment");
    at_ = end + 1;
  }

  void check_extension() const {
    for (std::string_view known : {"(?:", "(?P<", "(?P=", "(?=", "(?!", "(?<=", "(?<!", "(?(", "(?>"})
      if (has(known)) return;
    std::size_t end = 2;
    while (std::string_view("imsx-").find(peek(end)) != std::string_view::npos && peek(end) != '\0') ++end;
    if (end > 2 && peek(end) == ':') return;
    if (end > 2 && peek(end) == ')') bad_regex(in_, at_, "global flags not at the start of the expression");
    bad_regex(in_, at_ + 1, fmt::format("unknown extension {}", in_.substr(at_ + 1, 2)));
  }

  // {,n} is {0,n} in Python and plain text in PCRE2.
  void repeat() {
    std::size_t end = 2;
    while (is_digit(peek(end))) ++end;
    if (peek(1) == ',' && peek(end) == '}' && end > 2) {
      put("{0");
      ++at_;
    } else if (has("{,}")) {
      put("*");
      at_ += 3;
    } else {
      copy(1);
    }
  }

  void set() {
    const std::size_t start = at_;
    copy(1);
    if (peek() == '^') copy(1);
    if (peek() == ']') put("\\"), copy(1);
    while (at_ < in_.size() && peek() != ']') {
      if (peek() == '\\')
        escape(true);
      else if (peek() == '[')
        put("\\"), copy(1);  // [: is no class in Python
      else
        copy(1);
    }
    if (at_ == in_.size()) bad_regex(in_, start, "unterminated character set");
    copy(1);
  }

  void code_point(std::size_t skip, std::size_t digits, int base) {
    const std::string_view text = in_.substr(std::min(at_ + skip, in_.size()), digits);
    unsigned value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.size() != digits || problem != std::errc() || end != text.data() + text.size())
      bad_regex(in_, at_, fmt::format("incomplete escape {}", in_.substr(at_, skip + digits)));
    put(fmt::format("\\x{{{:x}}}", value));
    at_ += skip + digits;
  }

  void escape(bool in_set) {
    const char c = peek(1);
    if (at_ + 1 >= in_.size()) bad_regex(in_, at_, "bad escape (end of pattern)");
    if (c == 'x') return code_point(2, 2, 16);
    if (c == 'u') return code_point(2, 4, 16);
    if (c == 'U') return code_point(2, 8, 16);
    if (is_digit(c)) return number(in_set);
    if (c == 'v') return put("\\x{b}"), void(at_ += 2);
    if (c == 'Z' && !in_set) return put("\\z"), void(at_ += 2);
    constexpr std::string_view everywhere = "abdDfnrsStwW";
    const bool known = everywhere.find(c) != std::string_view::npos || (!in_set && (c == 'A' || c == 'B'));
    if (is_letter(c) && !known) bad_regex(in_, at_, fmt::format("bad escape \\{}", c));
    copy(2);
  }

  // \0 and three octal digits are a character, anything else a group.
  void number(bool in_set) {
    std::size_t octal = 0;
    while (octal < 3 && is_octal(peek(1 + octal))) ++octal;
    if (peek(1) == '0' || octal == 3 || (in_set && octal > 0)) return code_point(1, octal, 8);
    if (in_set) bad_regex(in_, at_, fmt::format("bad escape \\{}", peek(1)));
    const std::size_t digits = is_digit(peek(2)) ? 2 : 1;
    put(fmt::format("\\g{{{}}}", in_.substr(at_ + 1, digits)));
    at_ += 1 + digits;
  }

  std::string_view in_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  PcrePattern out_;
};

}  // namespace

void bad_regex(std::string_view pattern, std::size_t position, std::string_view problem) {
  throw Error(ErrorKind::invalid, "bad regular expression '{}' at position {}: {}", pattern, position, problem);
}

PcrePattern pcre_from_python(std::string_view pattern, const RegexOptions& options) {
  return Translator(pattern, options).run();
}

}  // namespace halite
