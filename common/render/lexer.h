// Template text to tokens, as Jinja2's lexer cuts it: white space control, raw blocks, line statements.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/data/value.h"
#include "common/render/options.h"

namespace halite::render {

enum class TokenType : std::uint8_t {
  data,            // text between tags
  variable_begin,
  variable_end,
  block_begin,
  block_end,
  name,
  string,
  integer,
  real,
  symbol,          // an operator or a bracket; the text tells which
  end,
  broken,          // text: what is wrong here; an error only for a parser that comes this far, as in Jinja
};

struct Token {
  TokenType type = TokenType::end;
  int line = 1;
  std::string text;  // data, name, symbol; a string's content without escapes
  Value number;      // integer and real
};

// What can't be cut ends in a token `broken`. Line ends become "\n"; one at the very end is dropped unless
// `keep_trailing_newline`.
std::vector<Token> tokenize(std::string_view source, const Options& options);

// How Jinja calls the token in "expected token 'X', got 'Y'".
std::string describe(const Token& token);

}  // namespace halite::render
