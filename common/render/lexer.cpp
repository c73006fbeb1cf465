#include "common/render/lexer.h"

#include <algorithm>
#include <array>

#include "common/render/big_integer.h"
#include "common/render/failure.h"
#include "common/render/lexer_literals.h"
#include "common/render/utf8.h"

namespace halite::render {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string normalized(std::string_view source, bool keep_trailing_newline) {
  std::string text;
  text.reserve(source.size());
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\r') {
      text += source[i];
      continue;
    }
    text += '\n';
    if (i + 1 < source.size() && source[i + 1] == '\n') ++i;
  }
  if (!keep_trailing_newline && !text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

enum class Opening { none, raw, block, variable, comment, line_statement, line_comment };

struct Tag {
  Opening opening = Opening::none;
  std::size_t start = 0;  // where the text before it ends
  std::size_t end = 0;    // behind the opening and its sign
  char sign = 0;          // '-', '+' or 0
};

class Lexer {
 public:
  Lexer(std::string_view source, const Options& options)
      : options_(options), source_(normalized(source, options.keep_trailing_newline)) {
    order_openings();
  }

  std::vector<Token> run() {
    try {
      while (at_ < source_.size()) read_text();
    } catch (const Failure& failure) {
      tokens_.push_back({TokenType::broken, failure.line() > 0 ? failure.line() : line_, failure.message(), {}});
    }
    // What is wrong at the end is told with the line of what was there last.
    tokens_.push_back({TokenType::end, tokens_.empty() ? 1 : tokens_.back().line, "", {}});
    return std::move(tokens_);
  }

 private:
  struct Delimiter {
    std::string text;
    Opening opening;
  };

  // Longer delimiters are tried first; of equal length the order is comment, block, variable.
  void order_openings() {
    delimiters_ = {{options_.comment_start, Opening::comment},
                   {options_.block_start, Opening::block},
                   {options_.variable_start, Opening::variable}};
    std::stable_sort(delimiters_.begin(), delimiters_.end(),
                     [](const Delimiter& a, const Delimiter& b) { return a.text.size() > b.text.size(); });
    for (const Delimiter& delimiter : delimiters_)
      if (!delimiter.text.empty() && first_bytes_.find(delimiter.text[0]) == std::string::npos)
        first_bytes_ += delimiter.text[0];
  }

  bool starts(std::size_t at, std::string_view with) const {
    return !with.empty() && source_.compare(at, with.size(), with) == 0;
  }

  void emit(TokenType type, std::string text) { tokens_.push_back({type, line_, std::move(text), {}}); }

  void count_lines(std::size_t from, std::size_t to) {
    line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(from),
                                         source_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
  }

  std::size_t skip_space(std::size_t at) const {
    while (at < source_.size() && is_space(source_[at])) ++at;
    return at;
  }

  // "{% raw %}" with its signs: the end of it, or npos.
  std::size_t raw_end(std::size_t at) const {
    at += options_.block_start.size();
    if (at < source_.size() && (source_[at] == '-' || source_[at] == '+')) ++at;
    at = skip_space(at);
    if (!starts(at, "raw")) return std::string::npos;
    at = skip_space(at + 3);
    if (at < source_.size() && source_[at] == '-' && starts(at + 1, options_.block_end))
      return skip_space(at + 1 + options_.block_end.size());
    return starts(at, options_.block_end) ? at + options_.block_end.size() : std::string::npos;
  }

  Tag signed_tag(Opening opening, std::size_t start, std::size_t end) const {
    Tag tag{opening, start, end, 0};
    if (end < source_.size() && (source_[end] == '-' || source_[end] == '+')) {
      tag.sign = source_[end];
      ++tag.end;
    }
    return tag;
  }

  Tag tag_at(std::size_t at) const {
    if (starts(at, options_.block_start)) {
      const std::size_t end = raw_end(at);
      if (end != std::string::npos) {
        Tag tag = signed_tag(Opening::raw, at, at + options_.block_start.size());
        tag.end = end;
        return tag;
      }
    }
    for (const Delimiter& delimiter : delimiters_)
      if (starts(at, delimiter.text)) return signed_tag(delimiter.opening, at, at + delimiter.text.size());
    return line_tag_at(at);
  }

  bool at_line_start(std::size_t at) const { return at == 0 || source_[at - 1] == '\n'; }

  // Line statements begin a line; line comments may also follow text and take the blanks before them.
  Tag line_tag_at(std::size_t at) const {
    const std::string& statement = options_.line_statement_prefix;
    const std::string& comment = options_.line_comment_prefix;
    if (statement.empty() && comment.empty()) return {};
    std::size_t after_blanks = at;
    while (after_blanks < source_.size() && is_space(source_[after_blanks]) && source_[after_blanks] != '\n')
      ++after_blanks;
    const bool may_comment = at_line_start(at) || !is_space(source_[at - 1]);
    Tag found;
    if (at_line_start(at) && starts(after_blanks, statement))
      found = signed_tag(Opening::line_statement, at, after_blanks + statement.size());
    if (may_comment && starts(after_blanks, comment) &&
        (found.opening == Opening::none || comment.size() > statement.size()))
      found = signed_tag(Opening::line_comment, at, after_blanks + comment.size());
    return found;
  }

  Tag next_tag(std::size_t from) const {
    const bool line_tags = !options_.line_statement_prefix.empty() || !options_.line_comment_prefix.empty();
    for (std::size_t at = from; at < source_.size(); ++at) {
      if (!line_tags) {
        at = source_.find_first_of(first_bytes_, at);
        if (at == std::string::npos) break;
      }
      if (Tag tag = tag_at(at); tag.opening != Opening::none) return tag;
    }
    return {};
  }

  // What is left of the text before a tag, by its sign and lstrip_blocks.
  std::string_view before_tag(std::string_view text, char sign, bool is_variable) const {
    if (sign == '-') {
      while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
      return text;
    }
    if (sign == '+' || !options_.lstrip_blocks || is_variable) return text;
    const std::size_t newline = text.rfind('\n');
    const std::size_t line_start = newline == std::string_view::npos ? 0 : newline + 1;
    if (line_start == 0 && !line_starting_) return text;
    const bool blank = std::all_of(text.begin() + static_cast<std::ptrdiff_t>(line_start), text.end(), is_space);
    // Jinja's expression wants at least one blank there.
    return blank && line_start < text.size() ? text.substr(0, line_start) : text;
  }

  void emit_data(std::string_view text) {
    if (!text.empty()) emit(TokenType::data, with_newlines(text));
  }

  std::string with_newlines(std::string_view text) const {
    if (options_.newline_sequence == "\n") return std::string(text);
    std::string out;
    for (const char c : text) c == '\n' ? out += options_.newline_sequence : out += c;
    return out;
  }

  void read_text() {
    const Tag tag = next_tag(at_);
    const std::size_t stop = tag.opening == Opening::none ? source_.size() : tag.start;
    const std::string_view text = std::string_view(source_).substr(at_, stop - at_);
    emit_data(tag.opening == Opening::none ? text
                                           : before_tag(text, tag.sign, tag.opening == Opening::variable));
    count_lines(at_, stop);
    at_ = stop;
    if (tag.opening == Opening::none) return;
    const std::size_t tag_start = at_;
    at_ = tag.end;
    read_tag(tag);
    if (at_ > tag_start) line_starting_ = source_[at_ - 1] == '\n';
  }

  void read_tag(const Tag& tag) {
    switch (tag.opening) {
      case Opening::raw: return count_lines(tag.start, tag.end), line_starting_ = source_[at_ - 1] == '\n', read_raw();
      case Opening::comment: return read_comment();
      case Opening::line_comment: {
        const std::size_t end = source_.find('\n', at_);
        at_ = end == std::string::npos ? source_.size() : end;
        return;
      }
      case Opening::variable:
        emit(TokenType::variable_begin, "");
        return read_expression(TokenType::variable_end);
      case Opening::block:
        emit(TokenType::block_begin, "");
        return read_expression(TokenType::block_end);
      case Opening::line_statement:
        emit(TokenType::block_begin, "");
        in_line_statement_ = true;
        read_expression(TokenType::block_end);
        in_line_statement_ = false;
        return;
      case Opening::none: return;
    }
  }

  // The end of a tag at `at`: 0 when there is none. White space behind "-%}" belongs to it.
  std::size_t closing(std::size_t at, const std::string& end, bool is_variable) const {
    if (starts(at, end)) {
      std::size_t after = at + end.size();
      if (!is_variable && options_.trim_blocks && after < source_.size() && source_[after] == '\n') ++after;
      return after;
    }
    if (at >= source_.size()) return 0;
    if (source_[at] == '-' && starts(at + 1, end)) return skip_space(at + 1 + end.size());
    if (!is_variable && source_[at] == '+' && starts(at + 1, end)) return at + 1 + end.size();
    return 0;
  }

  // As Jinja, which looks no further at the end of the text: nothing behind the opening is no error.
  void read_comment() {
    if (at_ >= source_.size()) return;
    for (std::size_t at = at_; at < source_.size(); ++at) {
      const std::size_t end = closing(at, options_.comment_end, false);
      if (end == 0) continue;
      count_lines(at_, end);
      at_ = end;
      return;
    }
    fail_syntax(line_, "Missing end of comment tag");
  }

  void read_raw() {
    if (at_ >= source_.size()) return;
    for (std::size_t at = source_.find(options_.block_start, at_); at != std::string::npos;
         at = source_.find(options_.block_start, at + 1)) {
      const Tag tag = signed_tag(Opening::block, at, at + options_.block_start.size());
      std::size_t name = skip_space(tag.end);
      if (!starts(name, "endraw")) continue;
      const std::size_t end = closing(skip_space(name + 6), options_.block_end, false);
      if (end == 0) continue;
      emit_data(before_tag(std::string_view(source_).substr(at_, at - at_), tag.sign, false));
      count_lines(at_, end);
      at_ = end;
      return;
    }
    fail_syntax(line_, "Missing end of raw directive");
  }

  bool read_end(TokenType type) {
    if (in_line_statement_) {
      std::size_t at = at_;
      while (at < source_.size() && is_space(source_[at]) && source_[at] != '\n') ++at;
      if (at < source_.size() && source_[at] != '\n') return false;
      emit(type, "");
      // All white space up to the last line end of it belongs to the statement.
      std::size_t end = at, i = at;
      for (; i < source_.size() && is_space(source_[i]); ++i)
        if (source_[i] == '\n') end = i + 1;
      if (i == source_.size()) end = i;
      count_lines(at_, end);
      at_ = end;
      return true;
    }
    const bool is_variable = type == TokenType::variable_end;
    const std::size_t end = closing(at_, is_variable ? options_.variable_end : options_.block_end, is_variable);
    if (end == 0) return false;
    emit(type, "");
    count_lines(at_, end);
    at_ = end;
    return true;
  }

  void read_expression(TokenType end) {
    brackets_.clear();
    while (at_ < source_.size()) {
      if (brackets_.empty() && read_end(end)) return;
      if (is_space(source_[at_])) {
        if (source_[at_] == '\n') ++line_;
        ++at_;
        continue;
      }
      read_token();
    }
    if (in_line_statement_ && brackets_.empty()) emit(end, "");
  }

  void read_token() {
    const int line = line_;
    const std::size_t start = at_;
    Token token;
    if (read_number(source_, at_, token) || read_name(source_, at_, token) || read_string(source_, at_, token, options_.newline_sequence)) {
      token.line = line;
      count_lines(start, at_);
      tokens_.push_back(std::move(token));
      return;
    }
    read_symbol();
  }

  void read_symbol() {
    static constexpr std::array<std::string_view, 6> doubles{"//", "**", "==", "!=", ">=", "<="};
    for (const std::string_view text : doubles)
      if (starts(at_, text)) {
        emit(TokenType::symbol, std::string(text));
        at_ += 2;
        return;
      }
    const char c = source_[at_];
    if (std::string_view("+-/*%~[](){}=><.:|,;").find(c) == std::string_view::npos) {
      const std::size_t length = utf8::length_at(source_, at_);
      fail_syntax(line_, "unexpected char '{}' at {}", source_.substr(at_, length), utf8::count(source_.substr(0, at_)));
    }
    balance(c);
    emit(TokenType::symbol, std::string(1, c));
    ++at_;
  }

  void balance(char c) {
    static constexpr std::string_view opening = "([{";
    static constexpr std::string_view closing = ")]}";
    if (const std::size_t i = opening.find(c); i != std::string_view::npos) brackets_ += closing[i];
    if (closing.find(c) == std::string_view::npos) return;
    if (brackets_.empty()) fail_syntax(line_, "unexpected '{}'", c);
    if (brackets_.back() != c) fail_syntax(line_, "unexpected '{}', expected '{}'", c, brackets_.back());
    brackets_.pop_back();
  }

  const Options& options_;
  std::string source_;
  std::vector<Delimiter> delimiters_;
  std::string first_bytes_;
  std::vector<Token> tokens_;
  std::string brackets_;  // what must close, innermost last
  std::size_t at_ = 0;
  int line_ = 1;
  bool line_starting_ = true;
  bool in_line_statement_ = false;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source, const Options& options) { return Lexer(source, options).run(); }

std::string describe(const Token& token) {
  switch (token.type) {
    case TokenType::data: return "template data / text";
    case TokenType::variable_begin: return "begin of print statement";
    case TokenType::variable_end: return "end of print statement";
    case TokenType::block_begin: return "begin of statement block";
    case TokenType::block_end: return "end of statement block";
    case TokenType::name: return token.text;
    case TokenType::symbol: return token.text;
    case TokenType::string: return "string";
    case TokenType::integer: return "integer";
    case TokenType::real: return "float";
    case TokenType::end: return "end of template";
    case TokenType::broken: return token.text;
  }
  return "token";
}

}  // namespace halite::render
