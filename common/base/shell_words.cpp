#include "common/base/shell_words.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "common/base/error.h"
#include "common/base/strings.h"

namespace halite {

std::vector<std::string> split_shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'') {
      if (i + 1 == text.size())
        throw Error(ErrorKind::invalid, "a backslash ends the command line, and nothing follows that it could quote: {}",
                    escape_control(text));
      const char next = text[i + 1];
      in_word = true;
      if (quote == '"' && next != '"' && next != '\\') {
        word += c;
      } else {
        word += next;
        ++i;
      }
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (in_word) words.push_back(std::exchange(word, {}));
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != 0)
    throw Error(ErrorKind::invalid, "the command line has an open quote ({}): {}", quote, escape_control(text));
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::string shell_quote(std::string_view text) {
  constexpr std::string_view plain = "@%+=:,./-_";
  const bool is_plain = !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || plain.find(c) != std::string_view::npos;
  });
  return is_plain ? std::string(text) : "'" + replace_all(std::string(text), "'", "'\"'\"'") + "'";
}

}  // namespace halite
