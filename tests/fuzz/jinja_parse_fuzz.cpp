// Any text is tokens and a tree, or an error, under any settings of the syntax.
#include <cstdint>

#include "common/render/failure.h"
#include "common/render/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halite::render;
  if (size == 0) return 0;
  Options options;
  options.trim_blocks = data[0] & 1;
  options.lstrip_blocks = data[0] & 2;
  options.keep_trailing_newline = data[0] & 4;
  if (data[0] & 8) options.line_statement_prefix = "%";
  if (data[0] & 16) options.line_comment_prefix = "##";
  if (data[0] & 32) options.variable_start = "<<", options.variable_end = ">>";
  try {
    parse_template({reinterpret_cast<const char*>(data + 1), size - 1}, "fuzz", options);
  } catch (const Failure&) {
  }
  return 0;
}
