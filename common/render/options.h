// How templates are read and what bounds a render: the settings of jinja_env / jinja_sls_env, and the limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace halite::render {

// Defaults are those of Salt: nothing trimmed, StrictUndefined, line statements off.
struct Options {
  std::string block_start = "{%";
  std::string block_end = "%}";
  std::string variable_start = "{{";
  std::string variable_end = "}}";
  std::string comment_start = "{#";
  std::string comment_end = "#}";
  std::string line_statement_prefix;  // empty: off
  std::string line_comment_prefix;    // empty: off
  std::string newline_sequence = "\n";
  bool trim_blocks = false;
  bool lstrip_blocks = false;
  bool keep_trailing_newline = false;
  bool autoescape = false;
  bool allow_undefined = false;  // a missing name prints as nothing instead of being an error

  bool operator==(const Options&) const = default;
};

// A template that goes over one of these ends with an error that names it.
struct Limits {
  std::size_t output_bytes = std::size_t{64} << 20;
  std::size_t text_bytes = std::size_t{64} << 20;      // of one text made by *, ~, + or a filter
  std::size_t collection_items = 10'000'000;          // of one list made by * or a filter
  std::size_t loop_iterations = 20'000'000;           // of all loops together
  std::size_t range_items = 100'000;                  // Jinja's sandbox has the same
  std::size_t recursion_depth = 200;                  // macros, includes, recursive loops, blocks together
  std::size_t expression_depth = 200;                 // nesting of expressions and tags in the source
  std::chrono::milliseconds time{60'000};
};

}  // namespace halite::render
